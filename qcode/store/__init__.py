"""Where a project lives: events, projections and queries in one SQLite file."""
