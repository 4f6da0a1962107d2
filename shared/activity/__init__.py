"""The trip's activity feed: what happened to it, in words."""
