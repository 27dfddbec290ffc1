"""Feedback's writes, one file for each noun."""
