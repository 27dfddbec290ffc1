"""Writes that close a ballot: fix its votes, count them, publish the list. All of it or nothing."""

from django.db import transaction
from django.utils.translation import gettext as _

from codesign.counting import methods
from codesign.enums import BallotState
from codesign.models import Ballot, CountedVote, NamedVote, Objection, SecretVote
from codesign.operations.rolls import followers_of, locked
from codesign.queries.ballot_files import file_of, read
from codesign.queries.by_role import snapshot
from codesign.queries.rolls import SMALLEST_SECRET, people_on, why_closed
from portal import live, notices, permissions, record, verify_record
from portal.models import Participant
from portal.refusal import Refusal


class UnableToCloseBallot(Refusal):
    """It is closed already, or it would close early: without a reason, or with few secret votes."""


@transaction.atomic
def close_ballot(*, ballot: Ballot, by: Participant, reason: str = "") -> Ballot:
    """Count the votes and publish them. Before its time it needs a reason.

    Nobody chooses the moment at which a few secret votes are published: before its time, a secret
    ballot needs enough of them. Raises UnableToCloseBallot, also when somebody else, or the clock,
    has closed it first.
    """
    ballot = locked(ballot)
    permissions.check(by, "close_ballot", ballot)
    state = ballot.state_at(record.time(ballot.partnership_id))
    if state not in {BallotState.OPEN, BallotState.COUNTING}:
        raise UnableToCloseBallot(
            _("This vote has been closed already. Reload to see the result.")
            if state == BallotState.CLOSED
            else why_closed(ballot, state)
        )
    early = state == BallotState.OPEN
    if early and ballot.is_secret and ballot.secret_votes.count() < SMALLEST_SECRET:
        raise UnableToCloseBallot(
            _(
                "Fewer than %(smallest)s have voted. Closing now would publish what so few people"
                " chose, and this vote is secret. Wait until more have voted, or until it ends by"
                " itself. If it should not go on at all, annul it: then no vote is published."
            )
            % {"smallest": SMALLEST_SECRET}
        )
    if early and not reason.strip():
        raise UnableToCloseBallot(_("Please say why it closes before its time."))
    return _close(ballot, by=by, early=early, reason=reason)


@notices.sweep
def close_due_ballots() -> int:
    """Count every ballot whose time is over. Returns how many this call counted."""
    waiting = Ballot.objects.opened().filter(closed_at=None, annulled_at=None).order_by("closes_at")
    return sum(_close_if_due(ballot) for ballot in waiting)


@transaction.atomic
def _close_if_due(ballot: Ballot) -> bool:
    if not _is_due(ballot):  # spares those that are open the lock
        return False
    ballot = locked(ballot)
    if not _is_due(ballot):
        return False
    _close(ballot, by=None, early=False)
    return True


def _is_due(ballot: Ballot) -> bool:
    return ballot.state_at(record.time(ballot.partnership_id)) == BallotState.COUNTING


def _close(ballot: Ballot, *, by: Participant | None, early: bool, reason: str = "") -> Ballot:
    """Close a locked ballot, in the transaction that holds it."""
    votes = SecretVote if ballot.is_secret else NamedVote
    cast = list(votes.objects.filter(ballot=ballot).values_list("code", "role", "choice"))
    CountedVote.objects.bulk_create(
        CountedVote(
            ballot=ballot, code=code, role=role if ballot.needs_roles else "", choice=choice
        )
        for code, role, choice in sorted(cast, key=lambda vote: vote[0])
    )
    objections = _objections_in_order(ballot)
    file = file_of(ballot)
    result = methods.count(read(file))
    ballot.closed_at, ballot.closed_by = record.time(ballot.partnership_id), by
    ballot.result = result.as_data()
    ballot.by_role = snapshot(ballot, [(role, choice) for _code, role, choice in cast])
    ballot.ballots_hash = verify_record.ballots_hash(file)
    record.append(
        "ballot_closed",
        by=by,
        subject=ballot,
        public={
            "ballots": ballot.ballots_hash,
            "cast": len(cast),
            "winners": list(result.winners),
            "order": [each.option for each in result.standings],
            "early": early,
        },
        content={"objections": [each.words for each in objections], "reason": reason},
    )
    sealed = record.checkpoint(ballot.partnership_id, origin=ballot.partnership.slug)
    ballot.fingerprint = sealed.fingerprint
    ballot.save(
        update_fields=[
            "closed_at",
            "closed_by",
            "result",
            "by_role",
            "ballots_hash",
            "fingerprint",
        ]
    )
    SecretVote.objects.filter(ballot=ballot).delete()  # allowed only now that they are counted
    live.announce(ballot)
    live.announce(ballot.workspace)
    for option in ballot.options.select_related("proposal"):
        live.announce(option.proposal)
    _tell(ballot, early=early, reason=reason, by=by)
    return ballot


def _objections_in_order(ballot: Ballot) -> list[Objection]:
    """The reasons against, in the order of their votes' codes.

    Those of a secret ballot are written anew: their numbers would tell who spoke first.
    """
    objections = list(ballot.objections.order_by("code"))
    if ballot.is_secret and objections:
        ballot.objections.all().delete()
        for each in objections:
            each.pk = None
        objections = Objection.objects.bulk_create(objections)
    return objections


def _tell(ballot: Ballot, *, early: bool, reason: str, by: Participant | None) -> None:
    words = {"question": ballot.question, "reason": reason}
    text = _("A vote has closed, and its result is there: %(question)s")
    if early:
        text = _("A vote closed early: %(question)s. Because: %(reason)s The result is there.")
    notices.queue(
        [*people_on(ballot), *followers_of(ballot)],
        subject=ballot,
        text=text % words,
        but_not=by,
    )
