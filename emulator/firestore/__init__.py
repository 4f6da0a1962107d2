"""A local Firestore: `python -m emulator.firestore --port 8080`; in tests, `emulator.firestore.testing.running()`."""
