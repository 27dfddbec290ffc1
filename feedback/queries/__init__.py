"""Reads that span models. Those named here register themselves: answers, words of the record."""

from feedback.queries import concerned, record

__all__ = ["concerned", "record"]
