"""Writes that join proposals or take them apart; nobody's words, support or place are lost."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from codesign.enums import ProposalStatus
from codesign.models import CoAuthor, Proposal, ProposalMerge, ProposalSplit, Support
from codesign.operations.proposals import (
    UnableToMoveProposal,
    count_attention,
    keep_version,
    locked,
    move,
    record_move,
)
from codesign.operations.supports import recount_support
from codesign.operations.telling import people_of
from codesign.operations.workspaces import check_not_closed
from portal import clock, live, notices, permissions, record
from portal.enums import WhoseWords
from portal.models import Follow, Participant, ref


@dataclass(frozen=True)
class Part:
    """One of the things a proposal is split into: a proposal to be."""

    title: str
    why: str


@transaction.atomic
def merge_proposals(
    *, proposals: Iterable[Proposal], into: Proposal, by: Participant, reason: str
) -> list[ProposalMerge]:
    """Let `proposals` live on in `into`, together with all who stand behind them.

    Their supporters and followers are carried over, none twice; their authors support `into` from
    now on and are asked to be co-authors. Words, comments and support stay where they were,
    readable. Raises UnableToMoveProposal for none at all, for a proposal into itself, into another
    workspace, or into one that is not open.
    """
    wanted = {each.pk for each in proposals}
    held = {
        each.pk: each
        for each in Proposal.objects.select_for_update(of=("self",))
        .select_related("partnership", "workspace", "by")
        .filter(pk__in=[*wanted, into.pk])
        .order_by("pk")
    }
    into = held[into.pk]
    for each in held.values():
        permissions.check(by, "merge_proposals", each)
    check_not_closed(into.workspace, UnableToMoveProposal)
    merged = [held[pk] for pk in sorted(wanted)]
    spaces = {each.workspace_id for each in held.values()}
    if not merged or into.pk in wanted or len(spaces) > 1:
        raise UnableToMoveProposal(_("Choose another suggestion of the same space to merge."))
    if not into.is_live:
        raise UnableToMoveProposal(_("The suggestion to merge into is not open any more."))
    if any(each.is_hidden for each in merged):
        raise UnableToMoveProposal(
            _("The words of one of these are hidden. It can be merged when they are back.")
        )
    people_before = people_of(into)
    links = [_merge(each, into, by=by, reason=reason) for each in merged]
    recount_support(into)
    live.announce(into)
    authors = _ask_authors(merged, into, by=by)
    told = authors | _tell_of_merge(merged, into, by=by, but=authors)
    notices.queue(
        [each for each in people_before if each.pk not in told],
        subject=into,
        text=_("Similar suggestions were merged into: %(title)s") % {"title": into.title},
        but_not=by,
    )
    return links


def _merge(proposal: Proposal, into: Proposal, *, by: Participant, reason: str) -> ProposalMerge:
    """One locked proposal into another: status, link, supporters, followers, record."""
    before = proposal.status
    move(proposal, ProposalStatus.MERGED, reason=reason)
    count_attention(proposal)
    link = ProposalMerge.objects.create(
        partnership_id=by.partnership_id,
        source=proposal,
        target=into,
        why=reason[:500],
        made_by=by,
        made_at=clock.now(),
        status_before=before,
    )
    Support.objects.bulk_create(behind(link), ignore_conflicts=True)  # who is there is there once
    _carry_followers(proposal, [into])
    record_move("proposal_merged", proposal, by=by, into=ref(into))
    return link


def behind(merge: ProposalMerge) -> list[Support]:
    """The supports a merge brings to its target: of all who support its source or wrote it.

    Not of whoever wrote the target, who cannot support it.
    """
    source, into = merge.source, merge.target
    supports = [
        Support(
            proposal=into,
            participant_id=each.participant_id,
            role=each.role,
            entered_by_id=each.entered_by_id,
            sheet_id=each.sheet_id,
            came_by=merge,
            at=each.at,
        )
        for each in source.supports.all()
    ]
    if source.by is not None:
        supports.append(
            Support(
                proposal=into,
                participant=source.by,
                role=source.by_role or source.by.role,
                entered_by_id=source.entered_by_id,
                came_by=merge,
                at=merge.made_at,
            )
        )
    return [each for each in supports if each.participant_id != into.by_id]


def _carry_followers(proposal: Proposal, onto: Sequence[Proposal]) -> None:
    """Whoever follows a proposal follows what it lives on in; twice is once."""
    people = list(
        Follow.objects.filter(subject=ref(proposal)).values_list("participant_id", flat=True)
    )
    Follow.objects.bulk_create(
        [
            Follow(participant_id=person, subject=ref(each), since=clock.now())
            for each in onto
            for person in people
        ],
        ignore_conflicts=True,
    )


def _ask_authors(merged: Iterable[Proposal], into: Proposal, *, by: Participant) -> set[int]:
    """Ask the authors of what was merged to write on together. Returns who was asked, as ids."""
    wrote = {pk for each in merged for pk in each.author_ids} - into.author_ids
    wrote -= set(into.co_authors.values_list("participant_id", flat=True))
    people = list(Participant.objects.here().filter(pk__in=wrote).order_by("pk"))
    for person in people:
        CoAuthor.objects.create(
            proposal=into, participant=person, invited_by=by, invited_at=clock.now()
        )
        record.append("co_author_invited", by=by, subject=into, public={"participant": ref(person)})
    notices.queue(
        people,
        subject=into,
        text=_("Your suggestion was merged, and you are asked to write on together: %(title)s")
        % {"title": into.title},
        needs_me=True,
        but_not=by,
    )
    return {person.pk for person in people}


def _tell_of_merge(
    merged: Iterable[Proposal], into: Proposal, *, by: Participant, but: set[int]
) -> set[int]:
    """Everybody concerned, but those asked already, hears where it lives on. Returns their ids."""
    told = set()
    for proposal in merged:
        people = [each for each in people_of(proposal) if each.pk not in but]
        notices.queue(
            people,
            subject=proposal,
            text=_("“%(title)s” now lives on in a similar suggestion. Open it to see which.")
            % {"title": proposal.shown_title},
            but_not=by,
        )
        told |= {person.pk for person in people}
    return told


@transaction.atomic
def split_proposal(
    *, proposal: Proposal, parts: Sequence[Part], by: Participant, reason: str
) -> list[Proposal]:
    """Split a proposal that holds several things: each part is an open proposal of its author.

    The original keeps its place, its words, comments and support; its supporters are told and may
    support the parts they want. Raises UnableToMoveProposal for fewer than two parts, or when it is
    not open.
    """
    proposal = locked(proposal)
    permissions.check(by, "split_proposal", proposal)
    check_not_closed(proposal.workspace, UnableToMoveProposal)
    if len(parts) < 2:
        raise UnableToMoveProposal(_("Please write two parts at least, or leave it as it is."))
    if proposal.is_hidden:
        raise UnableToMoveProposal(
            _("These words are hidden. They can be split when they are back.")
        )
    move(proposal, ProposalStatus.SPLIT, reason=reason)
    count_attention(proposal)
    made = [_open_part(proposal, part, by=by, reason=reason) for part in parts]
    _carry_followers(proposal, made)
    record_move("proposal_split", proposal, by=by, into=[ref(each) for each in made])
    people = {person.pk: person for person in people_of(proposal)}
    authors = [people.pop(pk) for pk in proposal.author_ids if pk in people]
    words = {"title": proposal.title, "n": len(made)}
    notices.queue(
        authors,
        subject=proposal,
        text=ngettext(
            "Your suggestion “%(title)s” was split into %(n)d part. It stays yours.",
            "Your suggestion “%(title)s” was split into %(n)d parts. They are yours.",
            len(made),
        )
        % words,
        needs_me=True,
        but_not=by,
    )
    notices.queue(
        people.values(),
        subject=proposal,
        text=ngettext(
            "“%(title)s” was split into %(n)d part. Support it if you still want it.",
            "“%(title)s” was split into %(n)d parts. Support those you want.",
            len(made),
        )
        % words,
        but_not=by,
    )
    return made


def _open_part(original: Proposal, part: Part, *, by: Participant, reason: str) -> Proposal:
    """One part as an open proposal of the original's authors, written down by whoever split it."""
    now = clock.now()
    made = Proposal.objects.create(
        partnership_id=original.partnership_id,
        workspace=original.workspace,
        feature_id=original.feature_id,
        kind=original.kind,
        title=part.title,
        why=part.why,
        for_whom=original.for_whom,
        by=original.by,
        by_role=original.by_role,
        entered_by=by if by.pk != original.by_id else None,
        channel=original.channel,
        whose_words=WhoseWords.SUMMARY if by.pk != original.by_id else WhoseWords.OWN,
        created_at=now,
        status=ProposalStatus.OPEN,
        status_at=now,
        opened_at=now,
    )
    count_attention(made)
    keep_version(made, by=by)
    CoAuthor.objects.bulk_create(
        CoAuthor(
            proposal=made,
            participant_id=each.participant_id,
            invited_by_id=each.invited_by_id,
            invited_at=each.invited_at,
            accepted_at=each.accepted_at,
        )
        for each in original.co_authors.filter(accepted_at__isnull=False)
    )
    ProposalSplit.objects.create(
        partnership_id=original.partnership_id,
        source=original,
        target=made,
        why=reason[:500],
        made_by=by,
        made_at=now,
    )
    record.append(
        "proposal_opened",
        by=by,
        subject=made,
        public={
            "workspace": ref(made.workspace),
            "kind": made.kind,
            "channel": made.channel,
            "split_from": ref(original),
        },
        content={"title": made.title, "why": made.why},
    )
    live.announce(made)
    return made
