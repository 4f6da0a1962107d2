"""`make demo`: two travellers plan a trip together, and their screens are printed live."""
