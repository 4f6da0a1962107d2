"""Trip generation as a job: from somebody's own words to operations on the shared plan."""
