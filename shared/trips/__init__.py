"""Trips: what a group plans together, who belongs to it, and how others are invited."""
