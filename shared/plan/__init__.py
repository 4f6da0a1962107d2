"""The shared trip plan: one document, one log of operations, one path of change."""
