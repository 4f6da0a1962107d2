"""Google Cloud on one machine, for development and tests. Nothing that is deployed imports this package."""
