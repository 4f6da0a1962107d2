"""Presence: who is looking at a trip. Clients write it themselves; here is what clears up behind them."""
