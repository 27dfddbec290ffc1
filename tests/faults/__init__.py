"""Faults the portal survives, and controls that show each would do harm without its guard."""
