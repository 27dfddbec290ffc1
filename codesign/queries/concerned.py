"""Whom proposals and decisions concern: everyone who suggested, supported or commented."""

from collections.abc import Iterable

from django.db.models import Model
from django.utils.translation import gettext as _

from codesign.models import (
    CoAuthor,
    Comment,
    Decision,
    Proposal,
    ProposalMerge,
    RollEntry,
    Support,
)
from portal import answers
from portal.answers import Concerned, Tie
from portal.models import ref


def with_merged(proposals: Iterable[int]) -> set[int]:
    """These proposals' ids and those of all that were merged into them, step by step."""
    ids = set(proposals)
    merged = ids
    while merged:
        into_them = ProposalMerge.objects.standing().filter(target__in=merged)
        merged = set(into_them.values_list("source_id", flat=True)) - ids
        ids |= merged
    return ids


def people_of_proposals(proposals: Iterable[int]) -> list[Concerned]:
    """Everyone who suggested, supported or commented on these proposals (ids); five queries.

    Somebody with several ties is there several times: `answers.preview` keeps the closest.
    """
    found = {
        each.pk: each
        for each in Proposal.objects.filter(pk__in=with_merged(proposals))
        .select_related("by__organisation")
        .order_by("pk")
    }
    suggested = [
        Concerned(
            _("you suggested “%(title)s”") % {"title": each.shown_title},
            each.by,
            tie=Tie.SUGGESTED,
            about=ref(each),
        )
        for each in found.values()
        if each.by is not None
    ]
    written = [
        Concerned(
            _("you wrote “%(title)s” with others") % {"title": found[each.proposal_id].shown_title},
            each.participant,
            tie=Tie.SUGGESTED,
            about=ref(found[each.proposal_id]),
        )
        for each in CoAuthor.objects.filter(proposal__in=found, accepted_at__isnull=False)
        .select_related("participant__organisation")
        .order_by("pk")
    ]
    supported = [
        Concerned(
            _("you support “%(title)s”") % {"title": found[each.proposal_id].shown_title},
            each.participant,
            tie=Tie.SUPPORTED,
            about=ref(found[each.proposal_id]),
        )
        for each in Support.objects.filter(proposal__in=found)
        .select_related("participant__organisation")
        .order_by("pk")
    ]
    commented = [
        Concerned(
            _("you commented on “%(title)s”") % {"title": found[each.proposal_id].shown_title},
            each.by,
            tie=Tie.COMMENTED,
            about=ref(found[each.proposal_id]),
        )
        for each in Comment.objects.filter(proposal__in=found, by__isnull=False)
        .select_related("by__organisation")
        .order_by("pk")
    ]
    return [*suggested, *written, *supported, *commented]


@answers.concerned_by(Decision)
def people_of_decision(decision: Model) -> list[Concerned]:
    """Everyone tied to a proposal the decision is about, or who could vote in what it rests on."""
    assert isinstance(decision, Decision)
    return [
        *people_of_proposals(
            decision.outcomes.filter(removed_at=None).values_list("source_id", flat=True)
        ),
        *voters_of_decision(decision),
    ]


def voters_of_decision(decision: Decision) -> list[Concerned]:
    """Everyone on the rolls of the ballots it rests on: who of them voted, nobody is told."""
    weighed = decision.ballots_weighed.standing().values("source")
    return [
        Concerned(
            _("you could vote on “%(question)s”") % {"question": each.ballot.question},
            each.participant,
            tie=Tie.COULD_VOTE,
            about=ref(each.ballot),
        )
        for each in RollEntry.objects.filter(ballot__in=weighed, participant__isnull=False)
        .select_related("ballot", "participant__organisation")
        .order_by("pk")
    ]
