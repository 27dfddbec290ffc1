"""Writes about ballots: drafting, opening, annulling. See closing.py and rolls.py for the rest."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from codesign import voting_cards
from codesign.enums import BallotMethod, BallotState, ResultsWhen, Secrecy
from codesign.models import Ballot, BallotOption, Decision, Proposal, RollEntry, Workspace
from codesign.operations import workspaces
from codesign.operations.ballot_rules import check_roll, check_rule
from codesign.operations.confirmations import may_confirm
from codesign.operations.rolls import followers_of, locked, tell_open
from codesign.queries.ballot_files import rule_of
from codesign.queries.rolls import card_codes, people_on, would_be_on_roll
from portal import live, notices, permissions, record
from portal.models import Participant, ref
from portal.refusal import Refusal


class UnableToDraftBallot(Refusal):
    """What was set up does not fit together; the message says which part."""


class UnableToOpenBallot(Refusal):
    """It is open already, its time is past, its roll is too small, or an option has moved on."""


class UnableToAnnulBallot(Refusal):
    """It was never opened, is annulled already, or no reason was given."""


class UnableToRepeatBallot(Refusal):
    """Only a ballot that was annulled or chose nothing is repeated, and once."""


@dataclass(frozen=True)
class BallotWords:
    """What is set up for a ballot, with the names and units of `models.Ballot`."""

    question: str
    method: BallotMethod
    opens_at: datetime
    closes_at: datetime
    about: str = ""
    secrecy: Secrecy = Secrecy.NAMED
    results_when: ResultsWhen = ResultsWhen.AT_CLOSE
    seats: int = 1
    dots: int = 10
    most_dots: int = 5
    budget: int = 0
    shares: Mapping[str, int] = field(default_factory=dict)
    quorum: int = 0
    quorums: Mapping[str, int] = field(default_factory=dict)
    pass_share: int = 0
    roles: Sequence[str] = ()
    cards: Mapping[str, int] = field(default_factory=dict)
    review_on: date | None = None


@dataclass(frozen=True)
class OptionFor:
    """One thing to choose, and what it costs in whole pounds where a budget is spent."""

    proposal: Proposal
    cost: int = 0


def _fields(words: BallotWords) -> dict[str, Any]:
    """The words as the model keeps them; JSON has lists and objects of its own."""
    kept = dict(vars(words))
    for name in ("shares", "quorums", "cards"):
        kept[name] = dict(kept[name])
    return {**kept, "roles": list(words.roles)}


@transaction.atomic
def draft_ballot(
    *,
    workspace: Workspace,
    words: BallotWords,
    options: Sequence[OptionFor],
    listed: Sequence[Participant] = (),
    by: Participant,
) -> Ballot:
    """Set up a ballot that only facilitators see yet. Raises UnableToDraftBallot."""
    permissions.check(by, "draft_ballot", workspace)
    workspaces.check_not_closed(workspace, UnableToDraftBallot)
    ballot = Ballot(
        partnership_id=workspace.partnership_id,
        workspace=workspace,
        drafted_by=by,
        drafted_at=record.time(workspace.partnership_id),
        **_fields(words),
    )
    return _set_up(ballot, options, listed)


@transaction.atomic
def edit_ballot(
    *,
    ballot: Ballot,
    words: BallotWords,
    options: Sequence[OptionFor],
    listed: Sequence[Participant] = (),
    by: Participant,
) -> Ballot:
    """Change a draft. Raises UnableToDraftBallot, also once it is opened: then its rule stays."""
    ballot = locked(ballot)
    permissions.check(by, "edit_ballot", ballot)
    if ballot.is_opened:
        raise UnableToDraftBallot(_("This vote has been published, so its rule stays as it is."))
    for name, value in _fields(words).items():
        setattr(ballot, name, value)
    return _set_up(ballot, options, listed)


def _set_up(ballot: Ballot, options: Sequence[OptionFor], listed: Sequence[Participant]) -> Ballot:
    """Save a draft with its options and the people it lists, if all of it fits together."""
    check_rule(
        ballot, [(each.proposal, each.cost) for each in options], listed, UnableToDraftBallot
    )
    ballot.save()
    ballot.listed.set(listed)
    ballot.options.all().delete()
    BallotOption.objects.bulk_create(
        BallotOption(
            ballot=ballot,
            proposal=each.proposal,
            place=place,
            title=each.proposal.title,
            what=each.proposal.why,
            cost=each.cost if ballot.method == BallotMethod.BUDGET else 0,
        )
        for place, each in enumerate(options, 1)
    )
    return ballot


@transaction.atomic
def open_ballot(*, ballot: Ballot, by: Participant) -> Ballot:
    """Fix and publish the rule, draw the lot, fix the roll.

    Voting begins at once, or at the ballot's time if that is to come. Raises UnableToOpenBallot
    when somebody else opened it first, when its time is past, when the space's stage is not for it,
    when the roll is too small for its rule, and when an option is not open any more.
    """
    # The space's row first: it cannot be closed meanwhile.
    space = workspaces.locked(ballot.workspace)
    ballot = locked(ballot)
    ballot.workspace = space
    permissions.check(by, "open_ballot", ballot)
    if ballot.is_opened:
        raise UnableToOpenBallot(_("This vote has been opened already. Reload to see it."))
    workspaces.check_open(space, "open_ballot", by, UnableToOpenBallot)
    options = _options_held(ballot)
    check_rule(
        ballot,
        [(each.proposal, each.cost) for each in options],
        list(ballot.listed.all()),
        UnableToOpenBallot,
    )
    check_roll(ballot, UnableToOpenBallot)
    BallotOption.objects.bulk_update(options, ["title", "what"])
    lot = [each.key for each in options]
    secrets.SystemRandom().shuffle(lot)
    roll = _fix_roll(ballot)
    now = record.time(ballot.partnership_id)
    ballot.opened_at, ballot.opened_by = now, by
    ballot.opens_at = max(ballot.opens_at, now)
    ballot.rule = rule_of(ballot, options, lot)
    ballot.save(update_fields=["opened_at", "opened_by", "opens_at", "rule"])
    _record_opening(ballot, options, roll, by)
    live.announce(ballot)
    live.announce(space)
    for each in options:
        live.announce(each.proposal)
    if ballot.state_at(now) == BallotState.OPEN:
        tell_open(ballot, but_not=by)
    else:
        notices.queue(
            people_on(ballot),
            subject=ballot,
            text=_("A vote is coming, and you can take part: %(question)s")
            % {"question": ballot.question},
            but_not=by,
        )
    on_roll = {person.pk for person in people_on(ballot)}
    notices.queue(
        [each for each in followers_of(ballot) if each.pk not in on_roll],
        subject=ballot,
        text=_("A vote was published: %(question)s") % {"question": ballot.question},
        but_not=by,
    )
    return ballot


def _options_held(ballot: Ballot) -> list[BallotOption]:
    """The options with their suggestions as they are now, held: none can change or move on."""
    options = list(ballot.options.all())
    held = {
        each.pk: each
        for each in Proposal.objects.select_for_update(of=("self",))
        .select_related("partnership", "workspace")
        .filter(pk__in=[option.proposal_id for option in options])
        .order_by("pk")
    }
    for option in options:
        option.proposal = held[option.proposal_id]
        option.title, option.what = option.proposal.title, option.proposal.why
    return options


def _fix_roll(ballot: Ballot) -> int:
    """Write down who may vote, or which cards. Returns how many."""
    entries = [
        RollEntry(ballot=ballot, participant=person, role=person.role)
        for person in would_be_on_roll(ballot)
    ] or [
        RollEntry(ballot=ballot, card=voting_cards.hash_of(card.code), role=card.role)
        for card in card_codes(ballot)
    ]
    return len(RollEntry.objects.bulk_create(entries))


def _record_opening(
    ballot: Ballot, options: Sequence[BallotOption], roll: int, by: Participant
) -> None:
    rule: dict[str, Any] = dict(ballot.rule or {})
    words = rule.pop("rule")
    public: dict[str, Any] = {
        **rule,
        "workspace": ref(ballot.workspace),
        "secrecy": ballot.secrecy,
        "opens_at": _moment(ballot.opens_at),
        "closes_at": _moment(ballot.closes_at),
        "roll": roll,
    }
    if ballot.repeats is not None:
        public["repeats"] = ref(ballot.repeats)
    record.append(
        "ballot_opened",
        by=by,
        subject=ballot,
        public=public,
        content={
            "question": ballot.question,
            "about": ballot.about,
            "names": {each.key: each.title for each in options},
            "rule": words,
        },
    )


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="seconds")


@transaction.atomic
def annul_ballot(*, ballot: Ballot, reason: str, by: Participant) -> Ballot:
    """Say that a ballot does not hold, open or closed, and why. It can be repeated.

    What was published stays so; votes that were not counted yet never are. Decisions that rest on
    it stand, say so, and are due for review. Raises UnableToAnnulBallot.
    """
    ballot = locked(ballot)
    permissions.check(by, "annul_ballot", ballot)
    if not ballot.is_opened:
        raise UnableToAnnulBallot(_("This vote was never opened. Change the draft instead."))
    if ballot.annulled_at is not None:
        raise UnableToAnnulBallot(_("This vote was annulled already. Reload to see why."))
    if not reason.strip():
        raise UnableToAnnulBallot(_("Please say why. People voted, and will want to know."))
    ballot.annulled_at = record.time(ballot.partnership_id)
    ballot.annulled_by = by
    ballot.annulled_because = reason
    ballot.save(update_fields=["annulled_at", "annulled_by", "annulled_because"])
    decided = list(
        Decision.objects.published()
        .filter(pk__in=ballot.weighed_in.standing().values("target"))
        .select_related("partnership", "workspace__partnership")
        .order_by("pk")
    )
    record.append(
        "ballot_annulled",
        by=by,
        subject=ballot,
        public={"decisions": [ref(each) for each in decided]} if decided else {},
        content={"reason": reason},
    )
    live.announce(ballot)
    for decision in decided:
        _tell_of_annulled(decision, ballot, by=by)
    notices.queue(
        [*people_on(ballot), *followers_of(ballot)],
        subject=ballot,
        text=_("A vote was annulled: %(question)s. Because: %(reason)s")
        % {"question": ballot.question, "reason": reason},
        but_not=by,
    )
    return ballot


def _tell_of_annulled(decision: Decision, ballot: Ballot, *, by: Participant) -> None:
    """Tell those who review a decision, and those who follow it, that a vote under it is gone."""
    reviewers = may_confirm(decision)
    words = {"title": decision.title, "question": ballot.question}
    notices.queue(
        reviewers,
        subject=decision,
        url=f"{decision.get_absolute_url()}#review",
        text=_(
            "The vote “%(question)s” was annulled. A decision rests on it, and it is time to look"
            " at that again: %(title)s"
        )
        % words,
        needs_me=True,
        but_not=by,
    )
    told = {each.pk for each in reviewers}
    notices.queue(
        [each for each in notices.followers(decision) if each.pk not in told],
        subject=decision,
        text=_("The vote “%(question)s” was annulled. A decision rests on it: %(title)s") % words,
        but_not=by,
    )
    live.announce(decision)


@transaction.atomic
def repeat_ballot(*, ballot: Ballot, by: Participant) -> Ballot:
    """A draft with the question, rule and voters of a ballot that does not hold, to begin now.

    That is one that was annulled, or was counted and chose nothing. It lasts as long as the other
    was to. Raises UnableToRepeatBallot.
    """
    ballot = locked(ballot)
    permissions.check(by, "repeat_ballot", ballot)
    workspaces.check_not_closed(ballot.workspace, UnableToRepeatBallot)
    if not ballot.may_be_repeated:
        raise UnableToRepeatBallot(
            _("Only a vote that was annulled, or that chose nothing, can be held again.")
        )
    if ballot.repeated_by.exists():
        raise UnableToRepeatBallot(_("Somebody has set up the repeat of this vote already."))
    now = record.time(ballot.partnership_id)
    again = Ballot.objects.create(
        partnership_id=ballot.partnership_id,
        workspace=ballot.workspace,
        drafted_by=by,
        drafted_at=now,
        repeats=ballot,
        **{name: getattr(ballot, name) for name in BallotWords.__dataclass_fields__}
        | {"opens_at": now, "closes_at": now + (ballot.closes_at - ballot.opens_at)},
    )
    again.listed.set(ballot.listed.all())
    BallotOption.objects.bulk_create(
        BallotOption(
            ballot=again,
            proposal_id=each.proposal_id,
            place=each.place,
            title=each.title,
            what=each.what,
            cost=each.cost,
        )
        for each in ballot.options.all()
    )
    return again
