"""Keyset pages: every page of a list costs the same, however long the list is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db.models import Model, Q, QuerySet
from django.http import QueryDict

Item = TypeVar("Item", bound=Model)


@dataclass(frozen=True)
class KeysetPage(Generic[Item]):
    """Some items, newest first, and the query strings that lead on and back (empty: nowhere)."""

    items: list[Item]
    older: str = ""
    newest: str = ""


def page_of(
    items: QuerySet[Item], query: Mapping[str, str], *, size: int = 20, by: str = "pk"
) -> KeysetPage[Item]:
    """The page of `items` that `?before=<id>` asks for, newest first.

    `by` names the column that says what is newest, where it is not the order of writing:
    `published_at` for what stood as a draft for a while. It must be filled in every row.

    Anything else in the query string is kept in the links, so filters survive paging. A `before`
    that is no number, or names nothing in the list, is ignored.
    """
    before = query.get("before", "")
    rows = items.order_by("-pk") if by == "pk" else items.order_by(f"-{by}", "-pk")
    is_later_page = before.isdecimal() and len(before) < 19
    if is_later_page and by == "pk":
        rows = rows.filter(pk__lt=int(before))
    elif is_later_page:
        edge = items.filter(pk=int(before)).values_list(by, flat=True).first()
        is_later_page = edge is not None
        if is_later_page:
            rows = rows.filter(Q(**{f"{by}__lt": edge}) | Q(**{by: edge, "pk__lt": int(before)}))
    found = list(rows[: size + 1])
    kept = QueryDict(mutable=True)
    kept.update({key: value for key, value in query.items() if key != "before"})
    older = newest = ""
    if is_later_page:
        newest = "?" + kept.urlencode()
    if len(found) > size:
        found = found[:size]
        kept["before"] = str(found[-1].pk)
        older = "?" + kept.urlencode()
    return KeysetPage(items=found, older=older, newest=newest)
