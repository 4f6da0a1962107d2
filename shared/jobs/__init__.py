"""Work that takes longer than a request: claimed with a lease, followed by listeners, finished exactly once."""
