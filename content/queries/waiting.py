"""Reads for somebody's own page: what waits for them, across every space and all feedback."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from codesign.enums import (
    AmendmentStatus,
    HidingAnswer,
    ProposalStatus,
    ReportOutcome,
    SignUpState,
)
from codesign.models import (
    Activity,
    Amendment,
    CoAuthor,
    Comment,
    Decision,
    Hiding,
    Objection,
    Proposal,
    Report,
    SignUp,
)
from codesign.models.moderation import KINDS
from codesign.models.proposals import ProposalQuerySet
from codesign.queries import ballots, decisions
from codesign.queries.assessments import to_assess
from codesign.queries.moderation import waiting_count
from codesign.queries.statements import asked_of, waiting_in
from feedback.models import Voice
from portal import clock, notices, permissions, references
from portal.brief import in_brief
from portal.models import Draft, Notice, Participant, ref

MOST = 20  # of one kind of thing
FEW = 3  # suggestions to assess that are named one by one; of more, only how many
ASK_FOR = timedelta(days=14)  # how long after a date we ask whether it was any good
ANSWERED_FOR = timedelta(days=30)  # how long an answered report is shown


@dataclass(frozen=True)
class Item:
    """One line: its words, where it leads, and a word about how it stands."""

    text: str
    url: str
    note: str = ""
    at: datetime | None = None
    subject: str = ""  # what it is about, so that nothing is said twice


@dataclass(frozen=True)
class Part:
    """Some lines of one kind; `kind` names the page with all of them, where there are more."""

    title: str
    items: list[Item]
    kind: str = ""


def short(words: str) -> str:
    """The beginning of somebody's words, on one line."""
    return in_brief(words, 160)


def written_by(participant: Participant) -> ProposalQuerySet:
    """The proposals somebody wrote, alone or with others, that they may see."""
    joined = CoAuthor.objects.filter(
        proposal=OuterRef("pk"), participant=participant, accepted_at__isnull=False
    )
    found: ProposalQuerySet = Proposal.objects.visible_to(participant).filter(
        Q(by=participant) | Exists(joined)
    )
    return found


def waiting_for(participant: Participant) -> list[Part]:
    asked = [
        Part(_("You can vote"), _ballots(participant)),
        Part(_("You are asked to write together"), _co_author_invitations(participant)),
        Part(_("Changes to your words that others suggest"), _amendments_to_answer(participant)),
        Part(_("Questions about your suggestions"), _questions(participant)),
        Part(_("Words you began"), _drafts(participant)),
        Part(_("You have a place, or wait for one"), _sign_ups(participant)),
        Part(_("Was it any good?"), _dates_to_tell_about(participant)),
        Part(_("Please say what you think of these"), _to_assess(participant)),
        Part(_("Do you agree or not?"), _statements(participant)),
        Part(_("Decisions to confirm"), _to_confirm(participant)),
        Part(_("Corrections to answer"), _to_correct(participant)),
        Part(_("Decisions to look at again"), _to_review(participant)),
        Part(_("Words to look at"), _to_moderate(participant)),
        Part(_("What came of your reports"), _reports_answered(participant)),
    ]
    known = {item.subject for part in asked for item in part.items if item.subject}
    return [Part(_("New for you"), _notices(participant, known)), *asked]


def _notices(participant: Participant, known: set[str]) -> list[Item]:
    """What needs them and stands nowhere else on the page."""
    unread = list(
        Notice.objects.filter(participant=participant, read_at=None, needs_me=True)
        .exclude(subject__in=known)
        .select_related("who")
        .order_by("-pk")[:MOST]
    )
    things = references.find({notice.subject for notice in unread}, participant)
    return [
        Item(line.text, line.url, at=line.at)
        for group in notices.by_thing(unread, things)
        for line in group.lines
    ]


def _ballots(participant: Participant) -> list[Item]:
    return [
        Item(
            each.question,
            each.get_absolute_url(),
            _("until %(day)s") % {"day": date_format(localtime(each.closes_at), "j F Y, H:i")},
            subject=ref(each),
        )
        for each in ballots.waiting_for(participant)[:MOST]
    ]


def _co_author_invitations(participant: Participant) -> list[Item]:
    waiting = CoAuthor.objects.filter(
        participant=participant,
        accepted_at=None,
        declined_at=None,
        proposal__in=Proposal.objects.visible_to(participant).values("pk"),
    )
    return [
        Item(
            each.proposal.shown_title,
            each.proposal.get_absolute_url(),
            _("asked by %(name)s") % {"name": each.invited_by.display_name},
            each.invited_at,
            ref(each.proposal),
        )
        for each in waiting.select_related("proposal__partnership", "invited_by").order_by("-pk")[
            :MOST
        ]
    ]


def _amendments_to_answer(participant: Participant) -> list[Item]:
    waiting = Amendment.objects.filter(
        proposal__in=written_by(participant).filter(hidden_at=None).values("pk"),
        status=AmendmentStatus.OPEN,
    ).exclude(by=participant)
    return [
        Item(
            each.proposal.title,
            each.get_absolute_url(),
            short(each.reason),
            each.created_at,
            ref(each),
        )
        for each in waiting.select_related("proposal__partnership").order_by("-pk")[:MOST]
    ]


def _questions(participant: Participant) -> list[Item]:
    """Those they did not reply to last."""
    waiting = Comment.objects.waiting_for(participant).filter(
        proposal__in=written_by(participant).live().values("pk")
    )
    return [
        Item(
            short(each.text),
            each.get_absolute_url(),
            each.proposal.title,
            each.created_at,
            ref(each),
        )
        for each in waiting.select_related("proposal__partnership").order_by("-pk")[:MOST]
    ]


# Which form kept words belong to, by the beginning of their key, and the page they come back on.
KEPT: dict[str, tuple[Promise, str]] = {
    "proposal-new": (gettext_lazy("a new suggestion"), "codesign:draft_proposal"),
    "proposal-edit": (gettext_lazy("new words of a suggestion"), "codesign:edit_proposal"),
    "amend": (gettext_lazy("a change you suggest"), "codesign:amend_proposal"),
    "comment": (gettext_lazy("a comment"), "codesign:proposal"),
    "reply": (gettext_lazy("a reply"), "codesign:reply_to_comment"),
    "accept": (gettext_lazy("an answer to a change"), "codesign:amendment"),
    "decline": (gettext_lazy("an answer to a change"), "codesign:amendment"),
}


def _drafts(participant: Participant) -> list[Item]:
    """Drafts of suggestions, and words kept from forms that were not sent."""
    drafts = Proposal.objects.visible_to(participant).filter(
        by=participant, status=ProposalStatus.DRAFT
    )
    items = [
        Item(
            each.title or _("No title yet"),
            each.get_absolute_url(),
            _("a draft only you see"),
            each.created_at,
        )
        for each in drafts.select_related("partnership").order_by("-pk")[:MOST]
    ]
    for kept in Draft.objects.filter(participant=participant).order_by("-kept_at", "-pk")[:MOST]:
        found = re.fullmatch(r"([a-z-]+)-([0-9]{1,18})", kept.key)
        if found is None or found[1] not in KEPT:
            continue
        what, page = KEPT[found[1]]
        url = reverse(page, args=[participant.partnership.slug, int(found[2])])
        items.append(Item(_first_words(kept.fields), url, str(what), kept.kept_at))
    return items


def _first_words(fields: Mapping[str, Any]) -> str:
    """The beginning of what was typed; the longest field says most."""
    typed = [each for each in fields.values() if isinstance(each, str) and each.strip()]
    return short(max(typed, key=len)) if typed else _("A few words")


def _activities(participant: Participant) -> QuerySet[Any]:
    """Those in spaces that are still open to them."""
    return Activity.objects.visible_to(participant).order_by().values("pk")


def _sign_ups(participant: Participant) -> list[Item]:
    going = SignUp.objects.filter(
        participant=participant,
        state__in=[SignUpState.COMING, SignUpState.WAITING],
        date__starts_at__gt=clock.now(),
        date__cancelled_at=None,
        date__activity__in=_activities(participant),
    ).select_related("date__activity__partnership")
    return [
        Item(
            each.date.activity.title,
            each.date.get_absolute_url(),
            each.get_state_display(),
            each.date.starts_at,
            ref(each.date),
        )
        for each in going.order_by("date__starts_at", "pk")[:MOST]
    ]


def _dates_to_tell_about(participant: Participant) -> list[Item]:
    """Dates they were coming to that are over, and of which they have not said how it was."""
    return [
        Item(
            each.date.activity.title,
            each.date.get_absolute_url(),
            at=each.date.starts_at,
            subject=ref(each.date),
        )
        for each in been_to(participant).filter(answered=False)[:MOST]
    ]


def been_to(participant: Participant) -> QuerySet[SignUp]:
    """Their sign-ups for dates that are over, as long as we ask how it was; the latest first."""
    been = SignUp.objects.filter(
        participant=participant,
        state=SignUpState.COMING,
        date__ends_at__lte=clock.now(),
        date__ends_at__gt=clock.now() - ASK_FOR,
        date__cancelled_at=None,
        date__activity__in=_activities(participant),
    )
    return been.select_related("date__activity__partnership").order_by("-date__starts_at", "-pk")


def _to_assess(participant: Participant) -> list[Item]:
    if not permissions.can(participant, "assess_proposal", participant.partnership):
        return []
    waiting = to_assess(participant)
    few = list(waiting.order_by("pk")[: FEW + 1])
    if len(few) > FEW:
        text = _("%(count)d suggestions wait for what you think") % {"count": waiting.count()}
        return [Item(text, reverse("codesign:to_assess", args=[participant.partnership.slug]))]
    return [
        Item(
            each.title,
            reverse("codesign:assess_proposal", args=[each.partnership.slug, each.pk]),
            each.workspace.title,
        )
        for each in few
    ]


def _statements(participant: Participant) -> list[Item]:
    """Rounds with statements they have not answered yet."""
    return [
        Item(
            each.round.question,
            each.round.get_absolute_url(),
            _("%(answered)d of %(of)d answered") % {"answered": each.answered, "of": each.of},
            subject=ref(each.round),
        )
        for each in asked_of(participant, FEW)
    ]


def _to_confirm(participant: Participant) -> list[Item]:
    return [
        Item(
            each.title,
            each.get_absolute_url(),
            _("sent by %(name)s") % {"name": each.sent_to_confirm_by},
            each.sent_to_confirm_at,
            ref(each),
        )
        for each in decisions.to_confirm(participant)[:MOST]
    ]


def _to_correct(participant: Participant) -> list[Item]:
    return [
        Item(
            short(each.shown_words),
            each.get_absolute_url(),
            each.decision.title,
            each.at,
            ref(each.decision),
        )
        for each in decisions.to_correct(participant)[:MOST]
    ]


def _to_review(participant: Participant) -> list[Item]:
    return [
        Item(each.title, f"{each.get_absolute_url()}#review", each.workspace.title, None, ref(each))
        for each in decisions.to_review(participant)[:MOST]
    ]


def _to_moderate(participant: Participant) -> list[Item]:
    here = participant.partnership
    items = []
    if permissions.can(participant, "read_reports", here) and (count := waiting_count(here)):
        text = ngettext(
            "%(count)d thing waits for a moderator", "%(count)d things wait for a moderator", count
        )
        url = reverse("codesign:moderation_queue", args=[here.slug])
        items.append(Item(text % {"count": count}, url))
    if permissions.can(participant, "show_statement", here):
        count = waiting_in(here).count()
        text = ngettext("%(count)d statement to read", "%(count)d statements to read", count)
        url = reverse("codesign:waiting_statements", args=[here.slug])
        items += [Item(text % {"count": count}, url)] if count else []
    if permissions.can(participant, "read_waiting_voices", here):
        count = Voice.objects.to_be_read().filter(partnership=here).count()
        text = ngettext("%(count)d voice to read", "%(count)d voices to read", count)
        url = reverse("feedback:voice_queue", args=[here.slug])
        items += [Item(text % {"count": count}, url)] if count else []
    return items


def _reports_answered(participant: Participant) -> list[Item]:
    """What moderators did about them; and where the words were put back later, that and why."""
    readable = Proposal.objects.visible_to(participant).values("pk")
    same = Q()
    for kind in KINDS:
        same |= Q(**{kind: OuterRef(kind)})
    put_back = Hiding.objects.filter(
        same,
        answer=HidingAnswer.PUT_BACK,
        answered_at__gt=OuterRef("handled_at"),
    ).order_by("-pk")
    answered = Report.objects.filter(
        Q(proposal__in=readable)
        | Q(comment__proposal__in=readable)
        | Q(objection__in=Objection.objects.visible_to(participant).values("pk"))
        | Q(correction__decision__in=Decision.objects.visible_to(participant).values("pk")),
        by=participant,
        handled_at__gt=clock.now() - ANSWERED_FOR,
    ).select_related(
        "proposal__partnership",
        "comment__proposal__partnership",
        "objection__ballot__partnership",
        "objection__decision__partnership",
        "correction__decision__partnership",
    )
    answered = answered.annotate(back_because=Subquery(put_back.values("answer_why")[:1]))
    return [_report_answered(each) for each in answered.order_by("-handled_at", "-pk")[:MOST]]


def _report_answered(report: Any) -> Item:
    text, why = report.get_outcome_display(), report.answer
    was_hidden = report.outcome == ReportOutcome.HIDDEN and not report.about.is_hidden
    if was_hidden and report.back_because is not None:
        text, why = _("The words were hidden, and put back later"), report.back_because
    return Item(text, report.about.get_absolute_url(), short(why), report.handled_at)
