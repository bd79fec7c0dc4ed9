"""SQL: hot and cold rows as one table per class, read-only and bounded in memory, time and rows."""
