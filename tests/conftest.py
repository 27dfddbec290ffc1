"""Fixtures that every test may use. Data is made by the portal's own operations: tests/world.py."""
