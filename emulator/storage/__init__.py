"""Cloud Storage on one machine: Google's JSON API for our functions, Firebase's for people's phones, on one port."""
