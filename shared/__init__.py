"""Everything the functions use, one package per area."""
