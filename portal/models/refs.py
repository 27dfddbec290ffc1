"""How one thing is named by tables that must outlive it, without foreign keys."""

from django.db.models import Model


def ref(thing: Model) -> str:
    """The lasting name of a thing, such as `proposal:12`: its glossary word and its number."""
    return f"{thing._meta.model_name}:{thing.pk}"
