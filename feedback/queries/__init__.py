"""Reads that span models."""

from feedback.queries import concerned  # its finders register themselves (portal.answers)

__all__ = ["concerned"]
