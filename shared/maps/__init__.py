"""Asking Google Maps Platform with care for its terms, its quotas and its bad days: `asking.Asking`."""
