"""The demo: three partnerships lived through in order, by the portal's own operations."""
