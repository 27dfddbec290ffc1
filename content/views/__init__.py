"""Pages, and the trail."""
