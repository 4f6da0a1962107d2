"""From the registry to a running project."""
