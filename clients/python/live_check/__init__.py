"""The assistant's journeys with the real services of Google behind a local run; `make live-check`."""
