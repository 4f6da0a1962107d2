"""The place catalogue: what there is to see, eat and do at a destination, when it is open, how far apart it is."""
