"""The OpenAPI description of the suite, made from the registry. `python -m deploy.openapi` writes it."""
