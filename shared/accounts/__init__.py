"""Accounts: sign out everywhere, administrators, everything about a person as an archive, and the end of an account."""
