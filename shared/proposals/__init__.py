"""Proposals: changes to the plan that somebody suggests and an editor accepts, whole or item by item."""
