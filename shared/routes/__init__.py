"""Routes of a trip: which cities, in what order, for how many nights, how to get there, where to sleep."""
