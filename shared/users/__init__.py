"""People: the profile that the first sign-in makes."""
