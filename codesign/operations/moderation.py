"""Writes of moderation: reporting words, hiding them for a published reason, and looking again.

All acts about the same words hold the same row, so two moderators never cross: that of their
proposal, or of the reason against or the correction itself.
"""

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from codesign.enums import HidingAnswer, HidingReason, ProposalStatus, ReportOutcome
from codesign.models import (
    Ballot,
    Comment,
    Correction,
    Decision,
    Hiding,
    Objection,
    Proposal,
    Report,
)
from codesign.operations.proposals import count_attention, locked
from codesign.queries import moderation as queries
from codesign.queries.moderation import Words
from portal import answers, clock, live, notices, permissions, record
from portal.models import Participant, ref
from portal.refusal import Refusal


class UnableToReport(Refusal):
    """The words are one's own, hidden already, not shared yet, or reported by the same person."""


class UnableToHide(Refusal):
    """The words are the moderator's own, or not shared yet."""


class UnableToAnswerReport(Refusal):
    """Somebody answered it meanwhile, or it is about the moderator's own words."""


class UnableToAskAgain(Refusal):
    """It was asked before, or the words are back."""


class UnableToAnswerAsking(Refusal):
    """Nobody asked, somebody answered meanwhile, or it is not for this moderator to answer."""


TOLD: dict[str, Promise] = {
    "proposal": gettext_lazy("Your suggestion was hidden: %(why)s You can ask us to look again."),
    "comment": gettext_lazy("Your comment was hidden: %(why)s You can ask us to look again."),
    "objection": gettext_lazy(
        "Your reason against was hidden: %(why)s You can ask us to look again."
    ),
    "correction": gettext_lazy(
        "What you said is wrong was hidden: %(why)s You can ask us to look again."
    ),
}


def _held(words: Words) -> Words:
    """The words read afresh, their row or their proposal's held until the transaction ends."""
    if isinstance(words, Proposal):
        return locked(words)
    if isinstance(words, Objection):
        return (
            Objection.objects.select_for_update(of=("self",))
            .select_related("by", "ballot__workspace", "decision__workspace")
            .get(pk=words.pk)
        )
    if isinstance(words, Correction):
        return (
            Correction.objects.select_for_update(of=("self",))
            .select_related("by", "decision__workspace")
            .get(pk=words.pk)
        )
    proposal = locked(words.proposal)
    comment = Comment.objects.select_related("by", "entered_by").get(pk=words.pk)
    comment.proposal = proposal
    return comment


def _about(words: Words) -> dict[str, Words]:
    return {words.words_kind: words}


def _place_of(words: Words) -> Proposal | Ballot | Decision:
    """The thing on whose page these words stand."""
    if isinstance(words, Proposal):
        return words
    return words.proposal if isinstance(words, Comment) else words.thing


def _is_read(words: Words) -> bool:
    """Whether anybody but their author and those who prepare it can read them."""
    if isinstance(words, Objection | Correction):
        return words.is_read
    return _place_of(words).status != ProposalStatus.DRAFT  # type: ignore[union-attr]


def _authors(words: Words) -> list[Participant]:
    """Whose words they are, and who wrote them down for somebody."""
    ids = words.author_ids if isinstance(words, Proposal) else {words.by_id}
    return list(Participant.objects.here().filter(pk__in={*ids, words.entered_by_id} - {None}))


# -- reporting -------------------------------------------------------------------------------------


@transaction.atomic
def report_proposal(
    *, proposal: Proposal, reason: HidingReason, words: str, by: Participant
) -> Report:
    """Tell the moderators that a suggestion should not stand. Raises UnableToReport."""
    permissions.check(by, "report_proposal", proposal)
    return _report(proposal, reason, words, by)


@transaction.atomic
def report_comment(
    *, comment: Comment, reason: HidingReason, words: str, by: Participant
) -> Report:
    """Tell the moderators that a comment should not stand. Raises UnableToReport."""
    permissions.check(by, "report_comment", comment)
    return _report(comment, reason, words, by)


@transaction.atomic
def report_objection(
    *, objection: Objection, reason: HidingReason, words: str, by: Participant
) -> Report:
    """Tell the moderators that a reason against should not stand. Raises UnableToReport."""
    permissions.check(by, "report_objection", objection)
    return _report(objection, reason, words, by)


@transaction.atomic
def report_correction(
    *, correction: Correction, reason: HidingReason, words: str, by: Participant
) -> Report:
    """Tell the moderators that a correction asked for should not stand. Raises UnableToReport."""
    permissions.check(by, "report_correction", correction)
    return _report(correction, reason, words, by)


def _report(about: Words, reason: HidingReason, words: str, by: Participant) -> Report:
    about = _held(about)
    if not _is_read(about):
        raise UnableToReport(_("Nobody else can read this yet."))
    if queries.is_own(about, by):
        raise UnableToReport(_("These are your own words. You can ask a facilitator for help."))
    if about.is_hidden:
        raise UnableToReport(_("This is hidden already. Thank you for looking out."))
    if isinstance(about, Comment) and about.is_withdrawn:
        raise UnableToReport(_("This was taken back by its author. Thank you for looking out."))
    if Report.objects.waiting().filter(**_about(about), by=by).exists():
        raise UnableToReport(
            _("You have reported this already. A moderator looks at it, and you will be told.")
        )
    report = Report.objects.create(
        partnership_id=by.partnership_id, reason=reason, words=words, by=by, **_about(about)
    )
    # Neither who reported nor what they said goes into the record, which everybody here can copy.
    record.append("words_reported", by=None, subject=report, public={"reason": reason})
    notices.queue(
        [each for each in queries.moderators_of(by.partnership_id) if not about.is_by(each)],
        subject=_place_of(about),
        text=_("Something was reported, and waits for a moderator"),
        needs_me=True,
        but_not=by,
        in_confidence=True,
    )
    return report


@transaction.atomic
def answer_report(*, report: Report, answer: str, by: Participant) -> list[Report]:
    """The words stay, and why. Answers every waiting report about them; each reporter is told.

    Raises UnableToAnswerReport when another moderator was first, or the words are one's own.
    """
    permissions.check(by, "answer_report", report)
    words = _held(report.about)
    if not Report.objects.waiting().filter(pk=report.pk).exists():
        raise UnableToAnswerReport(
            _("Another moderator has answered this meanwhile. Nothing was changed.")
        )
    if queries.is_own(words, by):
        raise UnableToAnswerReport(
            _("This is about your own words, so another moderator has to look.")
        )
    closed = _close_reports(words, ReportOutcome.LEFT, answer, by)
    for each in closed:
        record.append(
            "report_answered",
            by=by,
            subject=each,
            public={"outcome": ReportOutcome.LEFT},
            content={"answer": answer},
        )
    notices.queue(
        [each.by for each in closed],
        subject=words,
        text=_("A moderator looked at what you reported. It stays: %(answer)s")
        % {"answer": answer},
        but_not=by,
        in_confidence=True,
    )
    return closed


def _close_reports(
    words: Words, outcome: ReportOutcome, answer: str, by: Participant
) -> list[Report]:
    """Set what came of every waiting report about words that are held. Returns those reports."""
    waiting = list(Report.objects.waiting().filter(**_about(words)).select_related("by"))
    for each in waiting:
        each.outcome, each.answer = outcome, answer
        each.handled_by, each.handled_at = by, clock.now()
        each.save(update_fields=["outcome", "answer", "handled_by", "handled_at"])
    return waiting


# -- hiding ----------------------------------------------------------------------------------------


@transaction.atomic
def hide_comment(*, comment: Comment, reason: HidingReason, why: str, by: Participant) -> Hiding:
    """Hide a comment's words for a reason of the published policy, which everybody sees.

    Hiding twice is hiding once. Its author is told how to ask again. Raises UnableToHide.
    """
    permissions.check(by, "hide_comment", comment)
    return _hide(comment, reason, why, by)


@transaction.atomic
def hide_proposal(*, proposal: Proposal, reason: HidingReason, why: str, by: Participant) -> Hiding:
    """Hide a suggestion's words, as `hide_comment` does. It keeps its place and its comments."""
    permissions.check(by, "hide_proposal", proposal)
    return _hide(proposal, reason, why, by)


@transaction.atomic
def hide_objection(
    *, objection: Objection, reason: HidingReason, why: str, by: Participant
) -> Hiding:
    """Hide the words of a reason against, as `hide_comment` does. It still needs its answer."""
    permissions.check(by, "hide_objection", objection)
    return _hide(objection, reason, why, by)


@transaction.atomic
def hide_correction(
    *, correction: Correction, reason: HidingReason, why: str, by: Participant
) -> Hiding:
    """Hide the words of a correction asked for, as `hide_comment` does. It can be answered."""
    permissions.check(by, "hide_correction", correction)
    return _hide(correction, reason, why, by)


def _hide(words: Words, reason: HidingReason, why: str, by: Participant) -> Hiding:
    words = _held(words)
    if (standing := queries.standing_hiding(words)) is not None:
        return standing
    if not _is_read(words):
        raise UnableToHide(_("Nobody else can read this yet, so there is nothing to hide."))
    if queries.is_own(words, by):
        raise UnableToHide(_("These are your own words, so another moderator has to look."))
    if isinstance(words, Comment) and words.is_withdrawn:
        raise UnableToHide(_("This was taken back by its author, so there is nothing to hide."))
    hiding = Hiding.objects.create(
        partnership=by.partnership, reason=reason, why=why, by=by, **_about(words)
    )
    shown = f"{HidingReason(reason).label}. {why}"
    _set_hidden(words, at=hiding.at, by=by, reason=shown)
    if isinstance(words, Proposal):
        titles = {words.title, *words.versions.values_list("title", flat=True)}
        answers.stop_quoting(words.partnership_id, titles, _("a suggestion that was hidden"))
    record.append(
        f"{words.words_kind}_hidden",
        by=by,
        subject=words,
        public={"reason": reason},
        content={"why": why},
    )
    live.announce(_place_of(words))
    reports = _close_reports(words, ReportOutcome.HIDDEN, why, by)
    for each in reports:
        record.append(
            "report_answered", by=by, subject=each, public={"outcome": ReportOutcome.HIDDEN}
        )
    notices.queue(
        [each.by for each in reports],
        subject=words,
        text=_("What you reported was hidden. Thank you for looking out."),
        but_not=by,
        in_confidence=True,
    )
    notices.queue(
        _authors(words),
        subject=hiding,
        text=TOLD[words.words_kind] % {"why": shown},
        needs_me=True,
        but_not=by,
        in_confidence=True,
    )
    return hiding


def _set_hidden(
    words: Words, *, at: object = None, by: Participant | None = None, reason: str = ""
) -> None:
    """Hide held words, or (with nothing given) show them, and count what waits for an answer."""
    words.hidden_at, words.hidden_by, words.hidden_reason = at, by, reason[:300]  # type: ignore[assignment]
    words.save(update_fields=["hidden_at", "hidden_by", "hidden_reason"])
    if isinstance(words, Proposal):
        count_attention(words)
    elif isinstance(words, Comment) and words.is_question:
        # Nobody can answer a question that nobody can read.
        proposal = words.proposal
        proposal.open_questions = proposal.comments.open_questions().count()
        proposal.save(update_fields=["open_questions"])
        count_attention(proposal)


# -- looking again ---------------------------------------------------------------------------------


@transaction.atomic
def ask_again(*, hiding: Hiding, words: str, by: Participant) -> Hiding:
    """The author asks for another look, once. The other moderators are told.

    Raises UnableToAskAgain when it was asked before, or the words are back already.
    """
    permissions.check(by, "ask_again", hiding)
    about = _held(hiding.about)
    hiding = Hiding.objects.select_related("partnership", "by").get(pk=hiding.pk)
    if hiding.asked_at is not None:
        raise UnableToAskAgain(
            _("You have asked already. You can see here what came of it as soon as it is answered.")
        )
    standing = queries.standing_hiding(about)
    if standing is None or standing.pk != hiding.pk:
        raise UnableToAskAgain(_("These words are back already. Nothing else is needed."))
    hiding.asked_at, hiding.asked_words = clock.now(), words
    hiding.save(update_fields=["asked_at", "asked_words"])
    # What an author says to the moderators is for the moderators: it stays out of the record.
    record.append("asked_again", by=None, subject=hiding, public={"about": ref(about)})
    lookers = [
        each
        for each in queries.moderators_of(hiding.partnership_id)
        if not queries.is_own(about, each)
    ]
    others = [each for each in lookers if each.pk != hiding.by_id]
    notices.queue(
        others or lookers,
        subject=_place_of(about),
        text=_("An author asks for another look at words that were hidden"),
        needs_me=True,
        but_not=by,
        in_confidence=True,
    )
    return hiding


@transaction.atomic
def answer_asking(*, hiding: Hiding, put_back: bool, why: str, by: Participant) -> Hiding:
    """A second moderator looks again: the words are put back, or stay hidden. Everybody is told.

    Only where nobody else is there may the moderator who hid them answer; the log says so. Raises
    UnableToAnswerAsking otherwise, and when it was answered meanwhile.
    """
    permissions.check(by, "answer_asking", hiding)
    words = _held(hiding.about)
    hiding = Hiding.objects.select_related("partnership", "by").get(pk=hiding.pk)
    if hiding.asked_at is None:
        raise UnableToAnswerAsking(_("Nobody has asked about this."))
    if hiding.answered_at is not None:
        raise UnableToAnswerAsking(
            _("Another moderator has answered this meanwhile. Nothing was changed.")
        )
    if queries.is_own(words, by):
        raise UnableToAnswerAsking(
            _("This is about your own words, so another moderator has to look.")
        )
    same_person = hiding.by_id == by.pk
    if same_person and not queries.only_one_can_look(hiding):
        raise UnableToAnswerAsking(
            _("You hid these words, so another moderator has to look this time.")
        )
    hiding.answer = HidingAnswer.PUT_BACK if put_back else HidingAnswer.STANDS
    hiding.answer_why, hiding.answered_by, hiding.answered_at = why, by, clock.now()
    hiding.save(update_fields=["answer", "answer_why", "answered_by", "answered_at"])
    if put_back:
        _set_hidden(words)
    record.append(
        "words_put_back" if put_back else "hiding_stands",
        by=by,
        subject=words,
        public={"hiding": ref(hiding), "same_moderator": same_person},
        content={"why": why},
    )
    live.announce(_place_of(words))
    _tell_answer(hiding, words, by)
    return hiding


def _tell_answer(hiding: Hiding, words: Words, by: Participant) -> None:
    """Tell the author at once; and whoever hid the words, or had reported them."""
    if hiding.answer == HidingAnswer.PUT_BACK:
        told = _("A moderator looked again. Your words are back: %(why)s")
        others = _("Words that were hidden were put back: %(why)s")
    else:
        told = _("A moderator looked again. Your words stay hidden: %(why)s")
        others = _("A moderator looked again. The words stay hidden: %(why)s")
    why = {"why": hiding.answer_why}
    authors = _authors(words)
    notices.queue(
        authors, subject=hiding, text=told % why, needs_me=True, but_not=by, in_confidence=True
    )
    reported = Report.objects.filter(**_about(words), outcome=ReportOutcome.HIDDEN)
    people = {each.by.pk: each.by for each in reported.select_related("by")}
    people[hiding.by_id] = hiding.by
    for author in authors:
        people.pop(author.pk, None)
    notices.queue(people.values(), subject=words, text=others % why, but_not=by, in_confidence=True)
