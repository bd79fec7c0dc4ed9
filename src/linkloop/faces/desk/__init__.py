"""The desk: what a person or program can do with a shop, the same for CLI, API and SDK."""
