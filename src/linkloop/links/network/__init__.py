"""network: which centres open and whom they serve, at least cost with a proven gap (no link yet: README.md)."""
