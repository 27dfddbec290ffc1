"""Writes about a proposal's words by others than its author: amendments, co-authors, estimates."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from codesign.enums import AmendmentStatus, ProposalKind, RoughCost, RoughEffort
from codesign.models import Amendment, CoAuthor, Proposal
from codesign.operations.proposals import (
    check_based_on,
    check_words_open,
    count_attention,
    draft_proposal,
    keep_version,
    locked,
)
from codesign.operations.telling import authors_of, tell_of_new_words
from codesign.operations.workspaces import check_not_closed, check_open, take_part
from portal import clock, live, notices, permissions, record
from portal.enums import Channel, WhoseWords
from portal.models import Participant, ref
from portal.operations import drafts
from portal.refusal import Refusal


class UnableToAmendProposal(Refusal):
    """No change can be suggested to these words, by this person or now."""


class UnableToAnswerAmendment(Refusal):
    """The suggested change has an answer already, or cannot be answered like this."""


class UnableToRaiseAmendment(Refusal):
    """Only a suggested change that was declined becomes a proposal of its own."""


class UnableToInviteCoAuthor(Refusal):
    """This person cannot be asked to write this proposal together with its author."""


class UnableToAnswerCoAuthorInvitation(Refusal):
    """The invitation has an answer already."""


class UnableToEstimateProposal(Refusal):
    """The proposal is not open, so nobody estimates it."""


@transaction.atomic
def amend_proposal(
    *,
    proposal: Proposal,
    title: str,
    why: str,
    reason: str,
    based_on: int,
    by: Participant,
    entered_by: Participant | None = None,
    channel: Channel = Channel.WEB,
    whose_words: WhoseWords = WhoseWords.OWN,
    consent: str = "",
) -> Amendment:
    """Suggest other words for a proposal, with a reason; its authors are asked for an answer.

    `based_on` is the version the new words began from. Raises UnableToAmendProposal when the stage
    is over, for authors (they change the words themselves), and for words that are the same.
    """
    proposal = locked(proposal)
    if entered_by is not None:
        permissions.check(entered_by, "enter_for_somebody", proposal)
    permissions.check(by, "amend_proposal", proposal)
    check_open(proposal.workspace, "amend_proposal", by, UnableToAmendProposal)
    if not proposal.is_live:
        raise UnableToAmendProposal(_("The words of this suggestion cannot be changed now."))
    if proposal.is_by(by):
        raise UnableToAmendProposal(_("This is your own suggestion: change the words yourself."))
    if (title, why) == (proposal.title, proposal.why):
        raise UnableToAmendProposal(_("These are the words as they stand. Change some of them."))
    if not 1 <= based_on <= proposal.version:
        raise UnableToAmendProposal(_("Please load the page again and start from the new words."))
    amendment = Amendment.objects.create(
        partnership_id=proposal.partnership_id,
        proposal=proposal,
        based_on=based_on,
        title=title,
        why=why,
        reason=reason,
        by=by,
        entered_by=entered_by,
        channel=channel,
        whose_words=whose_words,
        consent=consent,
        created_at=clock.now(),
    )
    proposal.open_amendments += 1
    count_attention(proposal)
    take_part(proposal.workspace, by)
    notices.follow(by, proposal)
    drafts.forget_draft(key=f"amend-{proposal.pk}", by=entered_by or by)
    record.append(
        "amendment_made",
        by=by,
        subject=amendment,
        public={"proposal": ref(proposal), "based_on": based_on, "channel": channel},
        content={"title": title, "why": why, "reason": reason},
    )
    live.announce(proposal)
    authors = authors_of(proposal)
    notices.queue(
        authors,
        subject=amendment,
        text=_("Somebody suggests a change to your words: %(title)s")
        % {"title": proposal.shown_title},
        needs_me=True,
        but_not=by,
    )
    told = {each.pk for each in authors}
    notices.queue(
        [each for each in notices.followers(proposal) if each.pk not in told],
        subject=amendment,
        text=_("A change to the words is suggested: %(title)s") % {"title": proposal.shown_title},
        but_not=by,
    )
    return amendment


def _locked_amendment(amendment: Amendment) -> Amendment:
    """The amendment and its proposal read afresh, both rows held, the proposal's first."""
    proposal = locked(amendment.proposal)
    found = (
        Amendment.objects.select_for_update(of=("self",)).select_related("by").get(pk=amendment.pk)
    )
    found.proposal = proposal
    return found


def _answer(
    amendment: Amendment, status: AmendmentStatus, *, by: Participant, answer: str, **public: Any
) -> None:
    """Give a locked amendment its answer, lower the counters, and write it in the record."""
    if not amendment.is_open:
        raise UnableToAnswerAmendment(
            _("This suggested change is now “%(status)s”. Reload to see the answer.")
            % {"status": amendment.get_status_display()}
        )
    amendment.status = status
    amendment.answer = answer
    amendment.answered_by, amendment.answered_at = by, clock.now()
    amendment.save(update_fields=["status", "answer", "answered_by", "answered_at"])
    proposal = amendment.proposal
    proposal.open_amendments -= 1
    count_attention(proposal)
    record.append(
        f"amendment_{status}",
        by=by,
        subject=amendment,
        public={"proposal": ref(proposal), **public},
        content={"answer": answer},
    )
    live.announce(proposal)


def _tell_amender(amendment: Amendment, text: str, *, by: Participant) -> None:
    if amendment.by is not None:
        notices.queue(
            [amendment.by],
            subject=amendment,
            text=text % {"title": amendment.proposal.shown_title},
            needs_me=True,
            but_not=by,
        )


@transaction.atomic
def accept_amendment(
    *,
    amendment: Amendment,
    title: str,
    why: str,
    based_on: int,
    by: Participant,
    answer: str = "",
) -> Amendment:
    """Take a suggested change into the proposal, as it is or adjusted: a new version credits it.

    Raises WordsHaveChanged when the proposal has a newer version than `based_on`,
    UnableToEditProposal when its words may not change now, and UnableToAnswerAmendment when it was
    answered already or nothing would change.
    """
    amendment = _locked_amendment(amendment)
    proposal = amendment.proposal
    permissions.check(by, "accept_amendment", proposal)
    check_words_open(proposal, by)
    if amendment.is_open:
        check_based_on(proposal, based_on)
        if (title, why) == (proposal.title, proposal.why):
            raise UnableToAnswerAmendment(
                _("These are the words as they stand. Say no instead, with your reason.")
            )
    _answer(
        amendment,
        AmendmentStatus.ACCEPTED,
        by=by,
        answer=answer,
        version=proposal.version + 1,
        adjusted=(title, why) != (amendment.title, amendment.why),
    )
    proposal.title, proposal.why = title, why
    proposal.save(update_fields=["title", "why"])
    keep_version(proposal, by=by, reason=amendment.reason, amendment=amendment)
    record.append(
        "proposal_edited",
        by=by,
        subject=proposal,
        public={
            "version": proposal.version,
            "kind": proposal.kind,
            "amendment": ref(amendment),
        },
        content={"title": title, "why": why, "reason": amendment.reason},
    )
    drafts.forget_draft(key=f"accept-{amendment.pk}", by=by)
    _tell_amender(amendment, _("Your change was accepted: %(title)s"), by=by)
    tell_of_new_words(proposal, by=by)
    return amendment


@transaction.atomic
def decline_amendment(*, amendment: Amendment, answer: str, by: Participant) -> Amendment:
    """Say no to a suggested change, with the reason. It stays readable, and can be raised."""
    amendment = _locked_amendment(amendment)
    permissions.check(by, "decline_amendment", amendment.proposal)
    check_not_closed(amendment.proposal.workspace, UnableToAnswerAmendment)
    if not answer:
        raise UnableToAnswerAmendment(_("Please say why, so that whoever suggested it knows."))
    _answer(amendment, AmendmentStatus.DECLINED, by=by, answer=answer)
    drafts.forget_draft(key=f"decline-{amendment.pk}", by=by)
    _tell_amender(
        amendment,
        _("Your change was not taken up: %(title)s. You can make it a suggestion of its own."),
        by=by,
    )
    return amendment


@transaction.atomic
def withdraw_amendment(*, amendment: Amendment, by: Participant) -> Amendment:
    """Whoever suggested a change takes it back while it waits. It stays readable."""
    amendment = _locked_amendment(amendment)
    permissions.check(by, "withdraw_amendment", amendment)
    _answer(amendment, AmendmentStatus.WITHDRAWN, by=by, answer="")
    return amendment


@transaction.atomic
def raise_amendment(*, amendment: Amendment, by: Participant) -> Proposal:
    """Make a declined change a draft of its own, by whoever suggested it. Twice is once."""
    amendment = _locked_amendment(amendment)
    permissions.check(by, "raise_amendment", amendment)
    check_not_closed(amendment.proposal.workspace, UnableToRaiseAmendment)
    if amendment.became is not None:
        return amendment.became
    if amendment.is_hidden:
        raise UnableToRaiseAmendment(_("These words are hidden, so they cannot be used again now."))
    if amendment.status != AmendmentStatus.DECLINED:
        raise UnableToRaiseAmendment(
            _("Only a change that the authors did not take up becomes a suggestion of its own.")
        )
    proposal = amendment.proposal
    amendment.became = draft_proposal(
        workspace=proposal.workspace,
        title=amendment.title,
        why=amendment.why,
        kind=ProposalKind(proposal.kind),
        feature=proposal.feature,
        by=by,
    )
    amendment.save(update_fields=["became"])
    record.append(
        "amendment_raised",
        by=by,
        subject=amendment,
        public={"proposal": ref(proposal), "became": ref(amendment.became)},
    )
    return amendment.became


@transaction.atomic
def invite_co_author(*, proposal: Proposal, participant: Participant, by: Participant) -> CoAuthor:
    """Ask somebody to write a proposal together with its author; they may say yes or no.

    Raises UnableToInviteCoAuthor for a draft or one that is closed, for whoever writes it already
    or was asked and has not answered, and for somebody whom the workspace does not admit.
    """
    proposal = locked(proposal)
    permissions.check(by, "invite_co_author", proposal)
    check_not_closed(proposal.workspace, UnableToInviteCoAuthor)
    if participant.partnership_id != proposal.partnership_id or not participant.is_here:
        raise permissions.OutsidePartnership(_("We cannot find this person here."))
    if not proposal.is_live:
        raise UnableToInviteCoAuthor(_("Share the suggestion first. Then ask others to join."))
    if not proposal.workspace.admits(participant):
        raise UnableToInviteCoAuthor(_("This space is not open to them. Ask a facilitator."))
    if proposal.is_by(participant):
        raise UnableToInviteCoAuthor(_("They write this suggestion already."))
    asked = CoAuthor.objects.filter(proposal=proposal, participant=participant).first()
    if asked is not None and asked.is_waiting:
        raise UnableToInviteCoAuthor(_("They were asked already, and have not answered yet."))
    co_author, _made = CoAuthor.objects.update_or_create(
        proposal=proposal,
        participant=participant,
        defaults={"invited_by": by, "invited_at": clock.now(), "declined_at": None},
    )
    record.append(
        "co_author_invited", by=by, subject=proposal, public={"participant": ref(participant)}
    )
    notices.queue(
        [participant],
        subject=proposal,
        text=notices.naming(
            _("%(who)s asks you to write this suggestion together: %(title)s"),
            title=proposal.shown_title,
        ),
        who=by,
        needs_me=True,
    )
    return co_author


@transaction.atomic
def answer_co_author_invitation(*, co_author: CoAuthor, accept: bool, by: Participant) -> CoAuthor:
    """Say yes or no to writing a proposal together. Who says yes may do what its author may."""
    proposal = locked(co_author.proposal)
    co_author = CoAuthor.objects.select_for_update(of=("self",)).get(pk=co_author.pk)
    co_author.proposal = proposal
    permissions.check(by, "answer_co_author_invitation", co_author)
    if not co_author.is_waiting:
        raise UnableToAnswerCoAuthorInvitation(_("You have answered this already. Thank you."))
    co_author.accepted_at = clock.now() if accept else None
    co_author.declined_at = None if accept else clock.now()
    co_author.save(update_fields=["accepted_at", "declined_at"])
    if accept:
        take_part(proposal.workspace, by)
        notices.follow(by, proposal)
    record.append("co_author_answered", by=by, subject=proposal, public={"accepted": accept})
    live.announce(proposal)
    said = (
        _("%(who)s now writes this with you: %(title)s")
        if accept
        else _("%(who)s would rather not write this with you: %(title)s")
    )
    notices.queue(
        [*authors_of(proposal), co_author.invited_by],
        subject=proposal,
        text=notices.naming(said, title=proposal.shown_title),
        who=by,
        but_not=by,
    )
    return co_author


@transaction.atomic
def estimate_proposal(
    *, proposal: Proposal, cost: RoughCost, effort: RoughEffort, words: str, by: Participant
) -> Proposal:
    """Say roughly what a proposal would cost and how long it would take, as a provider sees it."""
    proposal = locked(proposal)
    permissions.check(by, "estimate_proposal", proposal)
    check_not_closed(proposal.workspace, UnableToEstimateProposal)
    if not proposal.is_live:
        raise UnableToEstimateProposal(_("This suggestion is not open, so nobody estimates it."))
    proposal.cost, proposal.effort, proposal.estimate_words = cost, effort, words
    proposal.estimated_by, proposal.estimated_at = by, clock.now()
    proposal.save(
        update_fields=["cost", "effort", "estimate_words", "estimated_by", "estimated_at"]
    )
    record.append(
        "proposal_estimated",
        by=by,
        subject=proposal,
        public={"cost": cost, "effort": effort},
        content={"words": words},
    )
    live.announce(proposal)
    notices.queue(
        authors_of(proposal),
        subject=proposal,
        text=_("A provider says what it may cost and take: %(title)s")
        % {"title": proposal.shown_title},
        but_not=by,
    )
    return proposal
