"""Reads that join the apps below, for pages that show them together."""
