"""Pages: load, one operation, answer."""
