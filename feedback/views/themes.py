"""Pages about themes."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from codesign.enums import ProposalKind
from codesign.views.parts import find_proposal
from feedback.enums import ThemeKind
from feedback.forms.themes import (
    GiveThemeForm,
    LinkThemeForm,
    RaiseProposalForm,
    TakeThemeAwayForm,
    ThemeForm,
)
from feedback.models import Theme, ThemeProposal, Voice, VoiceTheme
from feedback.operations import themes as operations
from feedback.queries import themes as queries
from feedback.queries import voices as voice_queries
from feedback.views.voices import voice_page
from portal import http, permissions
from portal.asking import ask
from portal.http import ParticipantRequest, PortalRequest
from portal.paging import page_of

TAKEN_OFF = gettext_lazy("It is off the theme. Your reason is kept.")


@require_safe
@http.open_to_visitors
def themes(request: PortalRequest) -> HttpResponse:
    """What is heard most."""
    page = queries.themes_by_voices(request.partnership, request.participant, request.GET)
    return render(request, "feedback/themes.html", {"page": page})


def _theme(request: PortalRequest, pk: int) -> Theme:
    return get_object_or_404(
        Theme.objects.visible_to(request.participant).select_related(
            "partnership", "by__organisation"
        ),
        pk=pk,
        partnership=request.partnership,
    )


@require_safe
@http.open_to_visitors
def theme(request: PortalRequest, pk: int) -> HttpResponse:
    """One theme: what people said, what was suggested, what changed."""
    theme = _theme(request, pk)
    taking = queries.workspaces_taking_proposals(request.partnership, request.participant)
    context = {
        "theme": theme,
        "page": page_of(voice_queries.voices_of(request.partnership, theme=theme), request.GET),
        "proposal_links": queries.proposals_from(theme, request.participant),
        "change_links": queries.changes_answering(theme),
        "can_suggest": taking.exists(),
    }
    return render(request, "feedback/theme.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@http.once
def name_theme(request: ParticipantRequest) -> HttpResponse:
    """Give a name to what is heard again and again."""
    permissions.check(request.participant, "name_theme", request.partnership)
    form = ThemeForm(request.POST or None)
    return ask(
        request,
        "feedback/name_theme.html",
        form,
        {},
        act=lambda: operations.name_theme(
            partnership=request.partnership,
            name=form.cleaned_data["name"],
            summary=form.cleaned_data["summary"],
            kind=ThemeKind(form.cleaned_data["kind"]),
            by=request.participant,
        ),
        done=_("The theme is there. Now give it to what people said about it."),
        field="name",
    )


@require_POST
@http.once
def give_theme(request: ParticipantRequest, pk: int) -> HttpResponse:
    """Say that something somebody said is part of a theme."""
    voice = get_object_or_404(
        voice_queries.with_faces(Voice.objects.visible_to(request.participant)),
        pk=pk,
        partnership=request.partnership,
    )
    permissions.check(request.participant, "give_theme", voice)
    form = GiveThemeForm(request.POST, partnership=request.partnership)
    if form.is_valid():
        try:
            operations.give_theme(voice=voice, by=request.participant, **form.cleaned_data)
        except operations.UnableToGiveTheme as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The theme is given."))
            return redirect(voice)
    return voice_page(request, voice, theme_form=form, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
@http.once
def take_theme_away(request: ParticipantRequest, pk: int) -> HttpResponse:
    """Say why something is not part of a theme after all."""
    link = get_object_or_404(
        VoiceTheme.objects.standing()
        .filter(source__in=Voice.objects.visible_to(request.participant))
        .select_related("source__partnership", "target__partnership"),
        pk=pk,
        partnership=request.partnership,
    )
    permissions.check(request.participant, "take_theme_away", link)
    form = TakeThemeAwayForm(request.POST or None)
    return ask(
        request,
        "feedback/take_off_theme.html",
        form,
        {"theme": link.target, "about": link.source},
        act=lambda: operations.take_theme_away(
            link=link, by=request.participant, **form.cleaned_data
        ),
        done=str(TAKEN_OFF),
        to=link.source,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@http.once
def raise_proposal(request: ParticipantRequest, pk: int) -> HttpResponse:
    """Suggest something about a theme; it is open at once, and the theme shows it."""
    theme = _theme(request, pk)
    workspaces = queries.workspaces_taking_proposals(request.partnership, request.participant)
    form = RaiseProposalForm(request.POST or None, workspaces=workspaces)
    return ask(
        request,
        "feedback/raise_proposal.html",
        form,
        {"theme": theme, "is_open": bool(workspaces)},
        act=lambda: operations.raise_proposal(
            theme=theme,
            workspace=form.cleaned_data["workspace"],
            title=form.cleaned_data["title"],
            why=form.cleaned_data["why"],
            kind=ProposalKind(form.cleaned_data["kind"]),
            link_why=form.cleaned_data["link_why"],
            by=request.participant,
        ),
        done=_("Your suggestion is open. Others can support it and comment."),
    )


@require_safe
def proposals_for_theme(request: ParticipantRequest, pk: int) -> HttpResponse:
    """Which suggestion answers this theme? Those this person may tie to it, found by words."""
    theme = _theme(request, pk)
    typed = request.GET.get("find", "").replace("\x00", "")[:120]
    found = queries.proposals_to_link(theme, request.participant, typed)
    context = {"theme": theme, "typed": typed, "found": found}
    return render(request, "feedback/proposals_for_theme.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@http.once
def link_theme_to_proposal(request: ParticipantRequest, pk: int) -> HttpResponse:
    """Say that a suggestion that is there answers a theme, and how."""
    proposal = find_proposal(request, pk)
    permissions.check(request.participant, "link_theme_to_proposal", proposal)
    form = LinkThemeForm(
        request.POST or None,
        partnership=request.partnership,
        initial={"theme": request.GET.get("theme", "")},
    )
    return ask(
        request,
        "feedback/link_theme_to_proposal.html",
        form,
        {"proposal": proposal},
        act=lambda: operations.link_theme_to_proposal(
            proposal=proposal, by=request.participant, **form.cleaned_data
        ),
        done=_("The suggestion and the theme are tied together now."),
        to=proposal,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@http.once
def unlink_theme_from_proposal(request: ParticipantRequest, pk: int) -> HttpResponse:
    """Say why a suggestion does not answer a theme after all."""
    link = get_object_or_404(
        ThemeProposal.objects.standing().select_related("source__partnership"),
        pk=pk,
        partnership=request.partnership,
    )
    proposal = find_proposal(request, link.target_id)
    permissions.check(request.participant, "unlink_theme_from_proposal", proposal)
    form = TakeThemeAwayForm(request.POST or None)
    return ask(
        request,
        "feedback/take_off_theme.html",
        form,
        {"theme": link.source, "about": proposal},
        act=lambda: operations.unlink_theme_from_proposal(
            link=link, by=request.participant, **form.cleaned_data
        ),
        done=str(TAKEN_OFF),
        to=proposal,
    )
