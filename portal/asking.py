"""Pages that ask with one form and do one thing: the same three ways out of every one of them.

A GET shows the form. A POST does the thing, says that it is done, and goes on. Where the form is
not filled in right, or the thing cannot be done, the same page comes back with the words still in
it and the reason: 422, or 429 if it was tried too often. Every act has a view of its own; these are
what the views share.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from portal.limits import TooManyTries
from portal.refusal import Refusal

NOT_THE_FORMS = {403, 404}  # not allowed, not here
Made = TypeVar("Made")


@dataclass(frozen=True)
class Done(Generic[Made]):
    """That an act was done, and what it returned."""

    made: Made


def attempt(form: Form, act: Callable[[], Made], *, field: str | None = None) -> Done[Made] | None:
    """Do `act` if the form was sent and is valid; None, with the reason on the form, otherwise.

    `field` is where a refusal is shown: the whole form, unless named. That somebody may not, or
    that a thing is not here, is no matter of the form: it is raised.
    """
    if not form.is_valid():
        return None
    try:
        return Done(act())
    except Refusal as refusal:
        if refusal.status in NOT_THE_FORMS:
            raise
        form.add_error(field, ValidationError(str(refusal), code=str(refusal.status)))
        return None


def ask(
    request: HttpRequest,
    template: str,
    form: Form,
    context: dict[str, Any],
    *,
    act: Callable[[], Made],
    done: str | Callable[[Made], str],
    to: object = None,
    field: str | None = None,
) -> HttpResponse:
    """A page with one form that does one thing.

    act    the one operation, with what the form says: called once the form is valid. A limit is
           counted in it, so that who came too often keeps their words.
    done   what people read afterwards, or how to say it of what was made; nothing if empty.
    to     where they go then: an address, a thing with a page, or how to find it from what was
           made; what was made itself, unless given.
    """
    did = attempt(form, act, field=field)
    if did is None:
        too_often = form.has_error(field or NON_FIELD_ERRORS, str(TooManyTries.status))
        status = TooManyTries.status if too_often else 422 if form.errors else 200
        return render(request, template, {**context, "form": form}, status=status)
    told = done(did.made) if callable(done) else done
    if told:
        messages.success(request, told)
    there: Any = did.made if to is None else to(did.made) if callable(to) else to
    return redirect(there)
