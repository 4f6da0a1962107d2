"""Plans as files: calendar, GeoJSON, GPX, CSV, PDF; and each member's calendar feed."""
