"""Routes, one file per noun; each file lists its handlers in `ROUTES`."""
