"""Polls: the group decides between options, and what it decides may change the plan."""
