"""Reads that span models; those named here register answers, evidence, words and filters."""

from feedback.queries import concerned, evidence, lists, record

__all__ = ["concerned", "evidence", "lists", "record"]
