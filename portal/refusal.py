"""What an operation raises when it cannot do what was asked."""


class Refusal(Exception):
    """Something cannot be done. The message is fit for a participant: what is so, and what to do.

    Each operation's own refusal is a subclass named `UnableToX` that stands beside it. A view that
    has a form shows it there; anywhere else `portal.http` answers with a plain page (status 409).
    """

    status = 409
