"""Pages about themes."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
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
from feedback.models import Theme, Voice, VoiceTheme
from feedback.operations import themes as operations
from feedback.queries import themes as queries
from feedback.queries import voices as voice_queries
from feedback.views.voices import voice_page
from portal import http, permissions
from portal.http import ParticipantRequest, PortalRequest
from portal.paging import page_of
from portal.refusal import Refusal


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
    if request.method == "POST" and form.is_valid():
        try:
            theme = operations.name_theme(
                partnership=request.partnership,
                name=form.cleaned_data["name"],
                summary=form.cleaned_data["summary"],
                kind=ThemeKind(form.cleaned_data["kind"]),
                by=request.participant,
            )
        except operations.UnableToNameTheme as refusal:
            form.add_error("name", str(refusal))
        else:
            messages.success(
                request, _("The theme is there. Now give it to what people said about it.")
            )
            return redirect(theme)
    return render(
        request, "feedback/name_theme.html", {"form": form}, status=422 if form.errors else 200
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
    if request.method == "POST" and form.is_valid():
        operations.take_theme_away(link=link, by=request.participant, **form.cleaned_data)
        messages.success(request, _("Taken away. Your reason is kept."))
        return redirect(link.source)
    return render(
        request,
        "feedback/voice_take_theme_away.html",
        {"link": link, "form": form},
        status=422 if form.errors else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@http.once
def raise_proposal(request: ParticipantRequest, pk: int) -> HttpResponse:
    """Suggest something about a theme; it is open at once, and the theme shows it."""
    theme = _theme(request, pk)
    workspaces = queries.workspaces_taking_proposals(request.partnership, request.participant)
    form = RaiseProposalForm(request.POST or None, workspaces=workspaces)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            proposal = operations.raise_proposal(
                theme=theme,
                workspace=said["workspace"],
                title=said["title"],
                why=said["why"],
                kind=ProposalKind(said["kind"]),
                link_why=said["link_why"],
                by=request.participant,
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request, _("Your suggestion is open. Others can support it and comment.")
            )
            return redirect(proposal)
    return render(
        request,
        "feedback/raise_proposal.html",
        {"theme": theme, "form": form, "is_open": bool(workspaces)},
        status=422 if form.errors else 200,
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
    if request.method == "POST" and form.is_valid():
        try:
            operations.link_theme_to_proposal(
                proposal=proposal, by=request.participant, **form.cleaned_data
            )
        except operations.UnableToLinkTheme as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The suggestion and the theme are tied together now."))
            return redirect(proposal)
    return render(
        request,
        "feedback/link_theme_to_proposal.html",
        {"proposal": proposal, "form": form},
        status=422 if form.errors else 200,
    )
