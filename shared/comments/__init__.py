"""Comments on stops, on days and on the trip, in threads that are resolved and reopened."""
