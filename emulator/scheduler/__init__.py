"""Cloud Scheduler on one machine: cron in a time zone, HTTP targets, and a way to run a schedule now."""
