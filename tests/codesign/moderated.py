"""Words that are reported and hidden, for tests; what was recorded of it and who was told."""

from django.db.models import Model

from codesign.enums import CommentKind, HidingReason
from codesign.models import Comment, Hiding, Proposal, Report
from codesign.operations import comments, moderation
from portal.models import Notice, Participant, RecordEntry, ref
from tests.world import World

Thing = Proposal | Comment


def a_comment(
    world: World, proposal: Proposal, kind: CommentKind = CommentKind.FOR, text: str = "Anna again."
) -> Comment:
    return comments.comment_on_proposal(
        proposal=proposal, text=text, kind=kind, by=world.service_user
    )


def report(thing: Thing, by: Participant, words: str = "Look.") -> Report:
    reason = HidingReason.NAMED
    if isinstance(thing, Comment):
        return moderation.report_comment(comment=thing, reason=reason, words=words, by=by)
    return moderation.report_proposal(proposal=thing, reason=reason, words=words, by=by)


def hide(thing: Thing, by: Participant, why: str = "Please leave names out.") -> Hiding:
    reason = HidingReason.NAMED
    if isinstance(thing, Comment):
        return moderation.hide_comment(comment=thing, reason=reason, why=why, by=by)
    return moderation.hide_proposal(proposal=thing, reason=reason, why=why, by=by)


def kinds(thing: Model) -> list[str]:
    return list(
        RecordEntry.objects.filter(subject=ref(thing))
        .order_by("seq")
        .values_list("kind", flat=True)
    )


def told(person: Participant) -> list[str]:
    return list(
        Notice.objects.filter(participant=person).order_by("pk").values_list("text", flat=True)
    )
