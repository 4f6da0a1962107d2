"""Pictures: what a photo, a screenshot or a ticket shows, as ideas for the plan and bookings to confirm."""
