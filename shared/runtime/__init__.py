"""How a handler becomes a function: import from the modules (`decorators`, `errors`, `models`, `caller`, …).

The package itself imports nothing, so that domain code pays only for what it uses.
"""
