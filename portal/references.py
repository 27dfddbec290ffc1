"""Finding the things that references name, as far as somebody may see them.

Notices, follows and answers name what they are about by reference (`proposal:12`). Whether their
reader may still see it is asked anew each time: a space may have been closed to them meanwhile.
"""

from collections.abc import Iterable
from functools import cache
from typing import Any

from django.apps import apps
from django.db.models import Model

from portal.models import Participant, ref

OURS = {"portal", "codesign", "feedback", "content"}


@cache
def _tables() -> dict[str, type[Model]]:
    """What a reference may name: each thing of ours that stands in a partnership and has a page."""
    return {
        str(model._meta.model_name): model
        for model in apps.get_models()
        if model._meta.app_label in OURS
        and hasattr(model, "get_absolute_url")
        and any(field.name == "partnership" for field in model._meta.fields)
    }


@cache
def _fetched_with(kind: str) -> tuple[str, ...]:
    """What a thing is fetched with: its partnership, and the proposal or activity it is about."""
    names = {field.name for field in _tables()[kind]._meta.fields}
    return ("partnership", *sorted(names & {"proposal", "activity"}))


def parse(subject: str) -> tuple[str, int] | None:
    """The kind and number in a reference; None for anything else."""
    kind, _colon, number = subject.partition(":")
    if kind not in _tables() or not (number.isascii() and number.isdecimal()) or len(number) > 18:
        return None
    return kind, int(number)


def find(subjects: Iterable[str], reader: Participant) -> dict[str, Any]:
    """The things these references name that `reader` may see; one query for each kind of thing.

    A thing that is not there, or that they may not see, is left out: both look alike. A table whose
    rows stand in a space says with `visible_to` who may see them.
    """
    wanted: dict[str, set[int]] = {}
    for subject in subjects:
        named = parse(subject)
        if named is not None:
            wanted.setdefault(named[0], set()).add(named[1])
    found: dict[str, Any] = {}
    for kind, numbers in wanted.items():
        things: Any = _tables()[kind]._default_manager.all()
        if hasattr(things, "visible_to"):
            things = things.visible_to(reader)
        elif hasattr(_tables()[kind], "space"):
            continue
        things = things.filter(pk__in=numbers, partnership=reader.partnership_id)
        found |= {ref(thing): thing for thing in things.select_related(*_fetched_with(kind))}
    return found
