"""Reference clients: what the app's developers copy from."""
