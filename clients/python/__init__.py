"""The reference client in Python: sign-in, calling functions, Firestore as the traveller, and the live plan."""
