"""Reads that span models."""

from codesign.queries import concerned  # its finder registers itself (portal.answers)

__all__ = ["concerned"]
