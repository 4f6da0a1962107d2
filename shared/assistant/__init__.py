"""The assistant: turns a request in people's own words into a plan of places that exist. Face: `generate`."""
