"""Writes for somebody else: a worker enters what came on paper, by phone or in a conversation.

It counts fully, and says who wrote it down, how it came and how the person agreed.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from codesign import phrases
from codesign.enums import CommentKind, ProposalKind
from codesign.models import (
    Comment,
    EnteredLine,
    PrintedProposal,
    PrintedSheet,
    Printing,
    Proposal,
    ServiceFeature,
    Sheet,
    Workspace,
)
from codesign.operations.comments import comment_on_proposal
from codesign.operations.members import let_in
from codesign.operations.proposals import draft_proposal
from codesign.operations.supports import support_proposal
from codesign.operations.workspaces import check_admitted
from portal import clock, notices, permissions, record
from portal.enums import Channel, Role, WhoseWords
from portal.models import Participant, ref
from portal.operations import people
from portal.refusal import Refusal


class UnableToEnter(Refusal):
    """The person writes for themselves, nobody was named, or it is not said how they agreed."""


class UnableToPrintSheets(Refusal):
    """The space was closed, or no free numbers were found; trying again finds some."""


class UnableToEnterSheet(Refusal):
    """The sheet was typed in before, is empty, or one of its lines cannot be entered.

    `line` is the number of that line, counted from 0; None when it is about the whole sheet.
    """

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True)
class Person:
    """Whom it is entered for: somebody here, or somebody new with a name and a role."""

    participant: Participant | None = None
    name: str = ""
    role: Role = Role.SERVICE_USER


@dataclass(frozen=True)
class Given:
    """How somebody's words reached the worker, in whose words, and how the person agreed."""

    channel: Channel
    consent: str
    whose_words: WhoseWords = WhoseWords.OWN


@dataclass(frozen=True)
class SheetLine:
    """One person's line of a paper sheet: what they ticked, and their new idea if they had one."""

    person: Person
    supports: Sequence[Proposal] = ()
    idea: str = ""
    why: str = ""


def sheet_number(typed: str) -> str:
    """A sheet's number as it was typed, as it is kept: case and spaces do not matter."""
    return re.sub(r"\s+", "", typed).upper()


def _check_worker(workspace: Workspace, given: Given, by: Participant) -> None:
    check_admitted(workspace, by, UnableToEnter)
    if not given.consent.strip():
        raise UnableToEnter(_("Please write how the person agreed that you enter this."))


def giver_of(person: Person, workspace: Workspace, by: Participant) -> Participant:
    """The participant it is entered for. Somebody new joins as a guest, and into this space.

    Raises UnableToEnter for people who work for the service, and for somebody new with no name.
    """
    found = person.participant
    if found is None:
        if not person.name.strip():
            raise UnableToEnter(_("Please write a name or a nickname."))
        if person.role in permissions.STAFF:
            raise UnableToEnter(
                _("People who work for the service write for themselves. Invite them by e-mail.")
            )
        joined = people.join(
            partnership=workspace.partnership,
            role=person.role,
            display_name=person.name.strip(),
            by=by,
        )
        let_in(workspace, joined)
        return joined
    if found.partnership_id != workspace.partnership_id:
        raise permissions.OutsidePartnership(_("We cannot find that person here."))
    if found.is_staff:
        raise UnableToEnter(
            _("%(name)s works for the service, and can write for themselves.")
            % {"name": found.display_name}
        )
    if not found.is_here:
        raise UnableToEnter(_("%(name)s has left.") % {"name": found.display_name})
    return found


def _tell(person: Participant, proposal: Proposal, text: str, by: Participant) -> None:
    """Whoever it was entered for hears of it at once, so that nobody speaks in their name alone."""
    told = notices.naming(text, title=proposal.shown_title)
    notices.queue([person], subject=proposal, text=told, who=by, needs_me=True, but_not=by)


@transaction.atomic
def enter_proposal(
    *,
    workspace: Workspace,
    person: Person,
    title: str,
    why: str,
    given: Given,
    by: Participant,
    kind: ProposalKind = ProposalKind.FEATURE,
    feature: ServiceFeature | None = None,
) -> Proposal:
    """Share a suggestion for somebody. Raises UnableToEnter, and what sharing one raises."""
    permissions.check(by, "enter_for_somebody", workspace)
    _check_worker(workspace, given, by)
    giver = giver_of(person, workspace, by)
    made = draft_proposal(
        workspace=workspace,
        title=title,
        why=why,
        by=giver,
        kind=kind,
        feature=feature,
        share=True,
        entered_by=by,
        channel=given.channel,
        whose_words=given.whose_words,
        consent=given.consent,
    )
    _tell(giver, made, _("%(who)s wrote down your suggestion: %(title)s"), by)
    return made


@transaction.atomic
def enter_comment(
    *,
    proposal: Proposal,
    person: Person,
    kind: CommentKind,
    text: str,
    given: Given,
    by: Participant,
) -> Comment:
    """Add a point for somebody. Raises UnableToEnter, and what commenting raises."""
    permissions.check(by, "enter_for_somebody", proposal)
    _check_worker(proposal.workspace, given, by)
    giver = giver_of(person, proposal.workspace, by)
    made = comment_on_proposal(
        proposal=proposal,
        text=text,
        kind=kind,
        by=giver,
        entered_by=by,
        channel=given.channel,
        whose_words=given.whose_words,
        consent=given.consent,
    )
    _tell(giver, proposal, _("%(who)s wrote down your comment on: %(title)s"), by)
    return made


@transaction.atomic
def enter_support(*, proposal: Proposal, person: Person, given: Given, by: Participant) -> bool:
    """Add somebody's support. Returns False when it was there already.

    Raises UnableToEnter for the suggestion's own author, and what supporting raises.
    """
    permissions.check(by, "enter_for_somebody", proposal)
    _check_worker(proposal.workspace, given, by)
    giver = giver_of(person, proposal.workspace, by)
    if proposal.by_id == giver.pk:
        raise UnableToEnter(_("This is their own suggestion, so it has their support already."))
    if not support_proposal(proposal=proposal, by=giver, entered_by=by):
        return False
    record.append(
        "support_entered",
        by=by,
        subject=proposal,
        public={"channel": given.channel},
        content={"for": ref(giver), "consent": given.consent},  # stands nowhere else
    )
    _tell(giver, proposal, _("%(who)s entered your support for: %(title)s"), by)
    return True


@transaction.atomic
def print_sheets(
    *, workspace: Workspace, proposals: Sequence[Proposal], copies: int, by: Participant
) -> Printing:
    """Give numbers to sheets that are printed now, and keep what stands on them.

    Raises UnableToPrintSheets in a closed space, and when no free numbers are found.
    """
    permissions.check(by, "print_sheets", workspace)
    check_admitted(workspace, by, UnableToPrintSheets)
    if any(each.workspace_id != workspace.pk for each in proposals):
        raise UnableToPrintSheets(_("A suggestion on this sheet belongs to another space."))
    printing = Printing.objects.create(workspace=workspace, by=by, at=clock.now())
    PrintedProposal.objects.bulk_create(
        PrintedProposal(printing=printing, proposal=each, place=place, version=each.version)
        for place, each in enumerate(proposals, 1)
    )
    for _try in range(5):
        numbers = {phrases.new_sheet_number(workspace.pk) for _copy in range(copies)}
        try:
            with transaction.atomic():
                PrintedSheet.objects.bulk_create(
                    PrintedSheet(printing=printing, workspace=workspace, number=number)
                    for number in sorted(numbers)
                )
        except IntegrityError:
            continue
        if len(numbers) == copies:
            return printing
        printing.sheets.all().delete()
    raise UnableToPrintSheets(_("We could not find new numbers. Please try again."))


@transaction.atomic
def enter_sheet(
    *,
    workspace: Workspace,
    number: str,
    channel: Channel,
    consent: str,
    lines: Sequence[SheetLine],
    by: Participant,
) -> Sheet:
    """Type in a whole paper sheet, or nothing of it. What each line says is kept with it.

    A tick counts for what the suggestion was merged into, if it was; one for a suggestion that
    takes no support any more is kept, and counts for nothing. Raises UnableToEnterSheet when its
    number was typed in before, when it has no line, and when a line cannot be entered: it then
    names the line.
    """
    permissions.check(by, "enter_sheet", workspace)
    _check_worker(workspace, Given(channel, consent), by)
    if not lines:
        raise UnableToEnterSheet(_("Please fill in at least one line of the sheet."))
    sheet = _begin_sheet(workspace, sheet_number(number), channel, consent, len(lines), by)
    supports = ideas = 0
    for at, line in enumerate(lines):
        try:
            giver = giver_of(line.person, workspace, by)
            supports += sum(tick(proposal, giver, sheet, by) for proposal in line.supports)
            idea = None
            if line.idea:
                ideas += 1
                idea = share_idea(sheet, line, giver, by)
            kept = EnteredLine.objects.create(
                sheet=sheet, place=at + 1, participant=giver, idea=idea
            )
            kept.ticks.set(line.supports)
        except Refusal as refusal:
            if refusal.status in {403, 404}:
                raise
            raise UnableToEnterSheet(str(refusal), line=at) from refusal
    record.append(
        "sheet_entered",
        by=by,
        subject=sheet,
        public={
            "workspace": ref(workspace),
            "channel": channel,
            "lines": len(lines),
            "supports": supports,
            "ideas": ideas,
        },
        content={"number": sheet.number},
    )
    return sheet


def tick(proposal: Proposal, giver: Participant, sheet: Sheet, by: Participant) -> bool:
    """Count one tick of a sheet, where it counts. Returns whether a support is new."""
    if proposal.workspace_id != sheet.workspace_id:
        raise UnableToEnter(_("A suggestion on this line belongs to another space."))
    counted = living(proposal)
    # What somebody suggested themselves has their support: a tick adds nothing.
    if not counted.is_live or counted.by_id == giver.pk:
        return False
    counted.workspace = sheet.workspace  # whose stage is read once for the whole sheet
    return support_proposal(proposal=counted, by=giver, entered_by=by, sheet=sheet)


def living(proposal: Proposal) -> Proposal:
    """The proposal that a merged one lives on in, step by step; itself for one that was not."""
    while True:
        merge = proposal.merged_into.filter(removed_at=None).select_related("target").first()
        if merge is None:
            return proposal
        proposal = merge.target


def share_idea(sheet: Sheet, line: SheetLine, giver: Participant, by: Participant) -> Proposal:
    """Share what somebody wrote on their line as a suggestion of theirs."""
    return draft_proposal(
        workspace=sheet.workspace,
        title=line.idea,
        why=line.why,
        by=giver,
        share=True,
        entered_by=by,
        channel=Channel(sheet.channel),
        consent=sheet.consent,
    )


def _begin_sheet(
    workspace: Workspace, number: str, channel: Channel, consent: str, lines: int, by: Participant
) -> Sheet:
    """Keep the sheet under its number: of two at once the constraint lets one through."""
    try:
        with transaction.atomic():
            return Sheet.objects.create(
                workspace=workspace,
                number=number,
                entered_by=by,
                channel=channel,
                consent=consent,
                lines=lines,
                at=clock.now(),
            )
    except IntegrityError as error:
        first = Sheet.objects.select_related("entered_by").get(workspace=workspace, number=number)
        raise UnableToEnterSheet(typed_in_before(first)) from error


def typed_in_before(sheet: Sheet) -> str:
    """What somebody reads who has a sheet in hand that was typed in already."""
    return _("This sheet was typed in on %(day)s by %(who)s. Nothing was added again.") % {
        "day": date_format(timezone.localtime(sheet.at), "j F Y"),
        "who": sheet.entered_by.display_name,
    }
