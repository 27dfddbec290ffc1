"""Writes about themes: naming one, giving it to voices, and suggesting something about it."""

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from codesign.enums import ProposalKind, ProposalStatus
from codesign.models import Proposal, Workspace
from codesign.operations import proposals
from feedback.enums import ThemeKind
from feedback.models import Theme, ThemeProposal, Voice, VoiceTheme
from portal import clock, notices, permissions, record
from portal.models import Link, Participant, Partnership, ref
from portal.refusal import Refusal


class UnableToNameTheme(Refusal):
    """There is a theme of this name already."""


class UnableToGiveTheme(Refusal):
    """The voice is not published, so nobody can build on it."""


class UnableToTakeThemeAway(Refusal):
    """No reason was given."""


class UnableToLinkTheme(Refusal):
    """The proposal is still a draft, so nobody else can read it."""


class UnableToUnlinkTheme(Refusal):
    """No reason was given."""


@transaction.atomic
def name_theme(
    *,
    partnership: Partnership,
    name: str,
    summary: str,
    by: Participant,
    kind: ThemeKind = ThemeKind.CONCERN,
) -> Theme:
    """Give a name to what is heard again and again."""
    permissions.check(by, "name_theme", partnership)
    try:
        with transaction.atomic():
            theme = Theme.objects.create(
                partnership=partnership,
                name=name,
                summary=summary,
                kind=kind,
                by=by,
                created_at=clock.now(),
            )
    except IntegrityError as error:
        raise UnableToNameTheme(
            _("There is a theme called “%(name)s” already.") % {"name": name}
        ) from error
    record.append(
        "theme_named",
        by=by,
        subject=theme,
        public={"kind": kind},
        content={"name": name, "summary": summary},
    )
    return theme


def _locked_voice(pk: int) -> Voice:
    """The voice, its row held: what is published and which themes it has move only under it."""
    return Voice.objects.select_for_update(of=("self",)).select_related("partnership").get(pk=pk)


def _locked_proposal(pk: int) -> Proposal:
    """The proposal, its row held: which themes it is tied to moves only under it."""
    return (
        Proposal.objects.select_for_update(of=("self",))
        .select_related("partnership", "workspace__partnership")
        .get(pk=pk)
    )


def _record_link(link: Link, *, by: Participant) -> None:
    record.append(
        "link_made",
        by=by,
        subject=link,
        public={"from": ref(link.source), "to": ref(link.target)},  # type: ignore[attr-defined]
        content={"why": link.why},
    )


def _remove_link(link: Link, *, by: Participant, reason: str) -> None:
    """Mark a tie as removed, and record it. The caller holds the row that ties move under."""
    link.removed_by, link.removed_at, link.removal_reason = by, clock.now(), reason
    link.save(update_fields=["removed_by", "removed_at", "removal_reason"])
    record.append(
        "link_removed",
        by=by,
        subject=link,
        public={"from": ref(link.source), "to": ref(link.target)},  # type: ignore[attr-defined]
        content={"reason": reason},
    )


@transaction.atomic
def give_theme(*, voice: Voice, theme: Theme, by: Participant, why: str = "") -> VoiceTheme:
    """Say that a published voice is part of a theme; those who follow the theme hear of it.

    Twice is once: the first link is returned.
    """
    voice = _locked_voice(voice.pk)
    permissions.check(by, "give_theme", voice)
    if theme.partnership_id != voice.partnership_id:
        raise permissions.OutsidePartnership(_("We cannot find that theme here."))
    if not voice.is_published:
        raise UnableToGiveTheme(_("Only something that is published can be given a theme."))
    link = VoiceTheme.objects.standing().filter(source=voice, target=theme).first()
    if link is not None:
        return link
    link = VoiceTheme.objects.create(
        partnership_id=voice.partnership_id,
        source=voice,
        target=theme,
        why=why,
        made_by=by,
        made_at=clock.now(),
    )
    Theme.objects.filter(pk=theme.pk).update(voice_count=F("voice_count") + 1)
    _record_link(link, by=by)
    notices.queue(
        notices.followers(theme),
        subject=theme,
        text=_("There is something new that people said about “%(theme)s”.")
        % {"theme": theme.name},
        but_not=by,
    )
    return link


@transaction.atomic
def take_theme_away(*, link: VoiceTheme, by: Participant, reason: str) -> VoiceTheme:
    """Say that a voice is not part of a theme after all. The link stays, marked as removed."""
    voice = _locked_voice(link.source_id)
    permissions.check(by, "take_theme_away", voice)
    link = VoiceTheme.objects.select_related("source", "target").get(pk=link.pk)
    if not reason.strip():
        raise UnableToTakeThemeAway(_("Please say why."))
    if link.removed_at is not None:
        return link
    if voice.is_published:
        Theme.objects.filter(pk=link.target_id).update(voice_count=F("voice_count") - 1)
    _remove_link(link, by=by, reason=reason)
    return link


@transaction.atomic
def raise_proposal(
    *,
    theme: Theme,
    workspace: Workspace,
    title: str,
    why: str,
    by: Participant,
    kind: ProposalKind = ProposalKind.FEATURE,
    link_why: str = "",
) -> Proposal:
    """Suggest something about a theme, and keep the thread between the two.

    Raises what drafting and opening a proposal raise: the workspace's stage may not take it.
    """
    permissions.check(by, "raise_proposal", theme)
    if workspace.partnership_id != theme.partnership_id:
        raise permissions.OutsidePartnership(_("We cannot find that space here."))
    proposal = proposals.draft_proposal(
        workspace=workspace, title=title, why=why, kind=kind, by=by, feature=None
    )
    proposal = proposals.open_proposal(proposal=proposal, by=by)
    link_theme_to_proposal(theme=theme, proposal=proposal, by=by, why=link_why)
    return proposal


@transaction.atomic
def link_theme_to_proposal(
    *, theme: Theme, proposal: Proposal, by: Participant, why: str = ""
) -> ThemeProposal:
    """Keep that a proposal came from a theme; those who follow the theme hear of it.

    Twice is once: the first link is returned. Raises UnableToLinkTheme for a draft.
    """
    proposal = _locked_proposal(proposal.pk)
    permissions.check(by, "link_theme_to_proposal", proposal)
    if theme.partnership_id != proposal.partnership_id:
        raise permissions.OutsidePartnership(_("We cannot find that theme here."))
    if not proposal.is_readable_by(by):
        raise permissions.OutsidePartnership(_("We cannot find that suggestion here."))
    if proposal.status == ProposalStatus.DRAFT:
        raise UnableToLinkTheme(_("This is still a draft. Share it first."))
    link = ThemeProposal.objects.standing().filter(source=theme, target=proposal).first()
    if link is not None:
        return link
    link = ThemeProposal.objects.create(
        partnership_id=theme.partnership_id,
        source=theme,
        target=proposal,
        why=why,
        made_by=by,
        made_at=clock.now(),
    )
    _record_link(link, by=by)
    notices.queue(
        notices.followers(theme),
        subject=proposal,
        text=_("Something was suggested about “%(theme)s”.") % {"theme": theme.name},
        but_not=by,
    )
    return link


@transaction.atomic
def unlink_theme_from_proposal(*, link: ThemeProposal, by: Participant, reason: str) -> None:
    """Say that a proposal does not answer a theme after all. The link stays, marked as removed.

    Twice is once: the first reason stands. What was sent to people meanwhile stays sent.
    """
    proposal = _locked_proposal(link.target_id)
    permissions.check(by, "unlink_theme_from_proposal", proposal)
    if not proposal.is_readable_by(by):
        raise permissions.OutsidePartnership(_("We cannot find that suggestion here."))
    if not reason.strip():
        raise UnableToUnlinkTheme(_("Please say why."))
    link = ThemeProposal.objects.select_related("source", "target").get(pk=link.pk)
    if link.removed_at is None:
        _remove_link(link, by=by, reason=reason)
