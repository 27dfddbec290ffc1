"""Keyset pages: every page of a list costs the same, however long the list is.

A link to the next page names the last item shown: its number, and before that the figure the list
is ordered by (`?before=14-312`). Nothing is counted or skipped to get there, and an item that moves
up meanwhile changes no page that comes after.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, TypeVar

from django.db.models import DateTimeField, Model, QuerySet, Subquery
from django.http import QueryDict

Item = TypeVar("Item", bound=Model)
Place = tuple[int, int]  # the figure the list is ordered by, as a whole number, and the primary key

SIZE = 20
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True)
class KeysetPage(Generic[Item]):
    """Some items, and the query strings that lead on and back to the start (empty: nowhere).

    `by_time` says that the newest come first, so that links may speak of newer and older ones.
    `total` is how many there are in all, where that was found out on the way.
    """

    items: list[Item]
    older: str = ""
    newest: str = ""
    by_time: bool = True
    total: int | None = None


def page_of(
    items: QuerySet[Item], query: Mapping[str, str], *, size: int = SIZE, by: str = "pk"
) -> KeysetPage[Item]:
    """The page of `items` that `?before=` asks for, those with the most of `by` first.

    `by` is a column of whole numbers or of moments, filled in every row; among equals the newest
    comes first. `pk` is the order of writing.

    Anything else in the query string is kept in the links, so filters survive paging. A `before`
    that names no place in such a list is ignored.
    """
    by_time = by == "pk" or _is_moment(items, by)
    rows = items.order_by("-pk") if by == "pk" else items.order_by(f"-{by}", "-pk")
    last = _place(query, alone=by == "pk")
    edge = None if last is None else _value(items, by, last[0])
    if last is not None and edge is not None:
        rows = rows.filter(pk__lt=last[1]) if by == "pk" else _below(rows, by, edge, last[1])
    else:
        last = None
    found = list(rows[: size + 1])
    older = ""
    if len(found) > size:
        found = found[:size]
        older = _link(query, before=_named(found[-1], by))
    return KeysetPage(found, older, _link(query) if last else "", by_time)


def wheel_of(
    items: QuerySet[Item],
    query: Mapping[str, str],
    *,
    share: float,
    size: int = SIZE,
    by: str = "lot",
) -> KeysetPage[Item]:
    """A page of `items` as they stand on a wheel: once around it, from a point of one's own.

    `by` is each item's fixed place on the wheel. `share`, from 0 up to 1, says which item comes
    first: of n items each does for an nth of all shares, so whoever draws shares fairly puts
    everybody first equally often. The links keep the start, so no item is missed or shown twice.
    """
    start, last = _number(query.get("start", "")), _place(query)
    total = None
    if start is None or last is None:
        total = items.count()
        first = int(share * total)
        if total <= size:  # the whole wheel is one page, and need only be turned
            found = _some(items, by, size)
            turned = found[first:] + found[:first]
            return KeysetPage(turned, by_time=False, total=total)
        ranked = items.order_by(by, "pk").values(by)
        found = _some(items.filter(**{f"{by}__gte": Subquery(ranked[first : first + 1])}), by, size)
        last = None
        start = getattr(found[0], by) if found else 0
    elif last[0] >= start:
        found = _some(_above(items, by, last), by, size)
    else:
        found = []
    if len(found) <= size:
        rest = items.filter(**{f"{by}__lt": start})
        if last is not None and last[0] < start:
            rest = _above(rest, by, last)
        found += _some(rest, by, size - len(found))
    older = ""
    if len(found) > size:
        found = found[:size]
        older = _link(query, start=str(start), before=_named(found[-1], by))
    return KeysetPage(found, older, _link(query) if last else "", by_time=False, total=total)


def _some(rows: QuerySet[Item], by: str, size: int) -> list[Item]:
    return list(rows.order_by(by, "pk")[: size + 1])


def _below(rows: QuerySet[Item], by: str, edge: Any, pk: int) -> QuerySet[Item]:
    # Said so that an index over (by, pk) is entered at the edge, not read up to it.
    return rows.filter(**{f"{by}__lte": edge}).exclude(**{by: edge, "pk__gte": pk})


def _above(rows: QuerySet[Item], by: str, last: Place) -> QuerySet[Item]:
    return rows.filter(**{f"{by}__gte": last[0]}).exclude(**{by: last[0], "pk__lte": last[1]})


def _is_moment(items: QuerySet[Item], by: str) -> bool:
    return isinstance(items.model._meta.get_field(by), DateTimeField)


def _value(items: QuerySet[Item], by: str, number: int) -> Any:
    """What `by` holds where a link says `number`; None for a moment no calendar has."""
    if by == "pk" or not _is_moment(items, by):
        return number
    try:
        return _EPOCH + number * _MICROSECOND
    except OverflowError:
        return None


def _named(item: Model, by: str) -> str:
    if by == "pk":
        return str(item.pk)
    value = getattr(item, by)
    number = (value - _EPOCH) // _MICROSECOND if isinstance(value, datetime) else value
    return f"{number}-{item.pk}"


def _place(query: Mapping[str, str], *, alone: bool = False) -> Place | None:
    """Where `?before=` says the page before ended; None when it says nothing of the kind."""
    figure, _dash, pk = query.get("before", "").rpartition("-")
    numbers = _number("0" if alone and not figure else figure), _number(pk)
    return None if numbers[0] is None or numbers[1] is None else (numbers[0], numbers[1])


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


def _link(query: Mapping[str, str], **more: str) -> str:
    kept = QueryDict(mutable=True)
    kept.update({key: value for key, value in query.items() if key not in {"before", "start"}})
    kept.update(more)
    return "?" + kept.urlencode()
