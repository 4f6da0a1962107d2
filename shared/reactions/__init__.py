"""Reactions: how much each traveller wants a stop; the group sees it and the optimiser weighs it."""
