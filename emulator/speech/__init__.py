"""A stand-in for Cloud Speech-to-Text v2 that really listens, in English: `python -m emulator.speech --port N`."""
