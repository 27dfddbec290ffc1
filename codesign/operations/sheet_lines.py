"""Writes that put a mistyped line of a paper sheet right, so that counts say what the paper says.

What was typed in before stays in the record, with the reason.
"""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from codesign.enums import ProposalKind
from codesign.models import EnteredLine, Proposal, Sheet, Support
from codesign.operations.proposals import ProposalWords, edit_proposal, locked
from codesign.operations.sheets import SheetLine, giver_of, living, share_idea, tick
from codesign.operations.supports import recount_support, take_back_entered
from codesign.operations.taking_apart import carry_over
from codesign.operations.workspaces import check_open
from portal import clock, live, notices, permissions, record
from portal.models import Participant, ref
from portal.refusal import Refusal


class UnableToCorrectLine(Refusal):
    """Nothing is different, the idea would be lost, or what it says cannot change any more."""


@dataclass(frozen=True)
class _Said:
    """What a line says: whose it is, what they ticked, and their idea."""

    giver: Participant
    ticks: frozenset[int]
    idea: str
    why: str

    @property
    def for_the_record(self) -> dict[str, object]:
        return {
            "for": ref(self.giver),
            "ticks": [f"proposal:{pk}" for pk in sorted(self.ticks)],
            "idea": self.idea,
            "why": self.why,
        }


def check_idea_is_shown(line: EnteredLine) -> None:
    """Raise UnableToCorrectLine while the words of a line's idea are hidden: nobody reads them."""
    if line.idea is not None and line.idea.is_hidden:
        raise UnableToCorrectLine(
            _("The words of the idea in this line are hidden, so the line stays as it is for now.")
        )


@transaction.atomic
def correct_line(
    *, line: EnteredLine, says: SheetLine, reason: str, by: Participant
) -> EnteredLine:
    """Let a line say what the paper says. Supports come and go with its ticks, counted at once.

    Only what the sheet brought is taken back: a support that somebody gave in another way stays. An
    idea gets its words as a new version; it is never taken away. Whoever the line was and is for
    hears of it. Raises UnableToCorrectLine when nothing is different, and when the space or a
    suggestion takes no support any more.
    """
    sheet = (
        Sheet.objects.select_for_update(of=("self",))
        .select_related("workspace__partnership", "entered_by")
        .get(pk=line.sheet_id)
    )
    line = EnteredLine.objects.select_related("participant", "idea").get(pk=line.pk)
    line.sheet = sheet
    permissions.check(by, "correct_line", line)
    check_idea_is_shown(line)
    check_open(sheet.workspace, "support_proposal", by, UnableToCorrectLine)
    was = _said(line)
    try:
        is_same = says.person.participant == line.participant
        giver = line.participant if is_same else giver_of(says.person, sheet.workspace, by)
        now = _Said(giver, frozenset(each.pk for each in says.supports), says.idea, says.why)
        if now == was:
            raise UnableToCorrectLine(_("Nothing is different. Change what was mistyped."))
        taken, added = _move_ticks(sheet, line, was, now, by)
        _correct_idea(sheet, line, was, now, says, reason, by)
    except Refusal as refusal:
        if refusal.status in {403, 404} or isinstance(refusal, UnableToCorrectLine):
            raise
        raise UnableToCorrectLine(str(refusal)) from refusal
    line.participant, line.corrected_at, line.corrected_by = giver, clock.now(), by
    line.save()
    line.ticks.set(says.supports)
    record.append(
        "sheet_corrected",
        by=by,
        subject=sheet,
        public={"line": line.place, "supports_added": added, "supports_taken_back": taken},
        content={"reason": reason, "was": was.for_the_record, "now": now.for_the_record},
    )
    notices.queue(
        {each.pk: each for each in (was.giver, giver)}.values(),
        subject=sheet.workspace,
        text=notices.naming(
            _("%(who)s corrected what a paper sheet says you said, because: %(reason)s"),
            reason=reason,
        ),
        who=by,
        needs_me=True,
        but_not=by,
    )
    return line


def _said(line: EnteredLine) -> _Said:
    return _Said(
        giver=line.participant,
        ticks=frozenset(line.ticks.values_list("pk", flat=True)),
        idea=line.idea.title if line.idea else "",
        why=line.idea.why if line.idea else "",
    )


def _move_ticks(
    sheet: Sheet, line: EnteredLine, was: _Said, now: _Said, by: Participant
) -> tuple[int, int]:
    """Take back what is ticked no more and count what is new. Returns how many went and came.

    Always in the order of the proposals' numbers, so that two corrections wait for each other.
    """
    is_same = was.giver == now.giver
    gone = was.ticks - now.ticks if is_same else was.ticks
    new = now.ticks - was.ticks if is_same else now.ticks
    kept = was.ticks & now.ticks if is_same else frozenset()
    about = Proposal.objects.select_related("workspace__partnership", "partnership").in_bulk(
        gone | new | kept
    )
    still = {living(about[pk]).pk for pk in kept}
    taken = added = 0
    for pk in sorted(gone | new):
        if pk in gone and living(about[pk]).pk not in still:
            taken += _untick(about[pk], was.giver, line)
        if pk in new:
            added += tick(about[pk], now.giver, sheet, by)
    return taken, added


def _untick(proposal: Proposal, giver: Participant, line: EnteredLine) -> bool:
    """Take back what one tick brought, unless another sheet of this person says the same."""
    others = EnteredLine.objects.filter(participant=giver, ticks=proposal).exclude(pk=line.pk)
    another = others.order_by("pk").first()
    for each in {each.pk: each for each in (proposal, living(proposal))}.values():
        brought = Support.objects.filter(
            proposal=each, participant=giver, sheet=line.sheet_id, came_by=None
        )
        if another is not None:
            brought.update(sheet=another.sheet_id)
        elif take_back_entered(proposal=each, participant=giver, sheet=line.sheet):
            carry_over(locked(each), [giver.pk])
            return True
    return False


def _correct_idea(
    sheet: Sheet,
    line: EnteredLine,
    was: _Said,
    now: _Said,
    says: SheetLine,
    reason: str,
    by: Participant,
) -> None:
    idea = line.idea
    if idea is None:
        if now.idea:
            line.idea = share_idea(sheet, says, now.giver, by)
        return
    if not now.idea:
        raise UnableToCorrectLine(
            _("An idea that was shared is not taken away. A facilitator can park it instead.")
        )
    if was.giver != now.giver:
        _give_idea(idea, now.giver)
    if (was.idea, was.why) != (now.idea, now.why):
        idea = locked(idea)
        line.idea = edit_proposal(
            proposal=idea,
            words=ProposalWords(
                title=now.idea,
                why=now.why,
                kind=ProposalKind(idea.kind),
                feature=idea.feature,
                for_whom=idea.for_whom,
                easy_read=idea.easy_read,
            ),
            based_on=idea.version,
            by=now.giver,
            entered_by=by,
            reason=reason,
        )


def _give_idea(idea: Proposal, giver: Participant) -> None:
    """Let an idea be of whoever wrote it. Nobody supports their own."""
    idea = locked(idea)
    if not idea.is_live:
        raise UnableToCorrectLine(
            _("“%(title)s” is now “%(status)s”, so whose it is stays as it is.")
            % {"title": idea.shown_title, "status": idea.standing}
        )
    idea.by, idea.by_role = giver, giver.role
    idea.save(update_fields=["by", "by_role"])
    Support.objects.filter(proposal=idea, participant=giver).delete()
    recount_support(idea)
    notices.follow(giver, idea)
    live.announce(idea)
