"""Reads that span models. Those named here register themselves: answers, words, filters."""

from feedback.queries import concerned, lists, record

__all__ = ["concerned", "lists", "record"]
