"""One lazy, cached client per Google service; nothing else knows endpoints, credentials or emulators."""
