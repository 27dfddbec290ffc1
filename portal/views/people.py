"""Who is in the partnership, and how somebody new comes in."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth import login
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal import http, limits, permissions
from portal.enums import Duty, Role
from portal.forms import Form, PlainTextField
from portal.http import ParticipantRequest
from portal.models import DutyHeld, Invitation, Organisation, Participant, Partnership, User
from portal.operations import people as operations
from portal.paging import page_of
from portal.refusal import Refusal


class InviteForm(Form):
    email = forms.EmailField(
        label=gettext_lazy("Their e-mail address"),
        widget=forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    role = forms.ChoiceField(
        label=gettext_lazy("What is their role here?"),
        help_text=gettext_lazy("It is always shown next to what they say."),
        choices=Role,
        widget=forms.RadioSelect,
    )
    organisation = forms.ModelChoiceField(
        label=gettext_lazy("Which organisation do they work for?"),
        queryset=Organisation.objects.none(),
        required=False,
        empty_label=gettext_lazy("None"),
    )

    def __init__(self, *args: Any, partnership: Partnership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["organisation"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = partnership.organisations.order_by("name")


class AcceptForm(Form):
    display_name = PlainTextField(
        label=gettext_lazy("What should we call you?"),
        help_text=gettext_lazy(
            "Everybody here sees this name. It need not be your real name: a first name or a"
            " nickname is fine."
        ),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "nickname"}),
    )


class RemoveForm(Form):
    reason = PlainTextField(
        label=gettext_lazy("Why do they leave?"),
        help_text=gettext_lazy("This is kept in the record. Be brief and kind."),
        max_length=300,
    )
    sure = forms.BooleanField(label=gettext_lazy("Yes, this person should leave the partnership"))


def _by_role(everybody: Iterable[Participant]) -> list[tuple[str, list[Participant]]]:
    """People under their roles' names, in the order of the roles."""
    groups: dict[str, list[Participant]] = {role.value: [] for role in Role}
    for person in everybody:
        groups[person.role].append(person)
    return [(str(Role(role).label), persons) for role, persons in groups.items() if persons]


@require_safe
def people(request: ParticipantRequest) -> HttpResponse:
    """Everybody here who has an account, by role; guests of a session are only counted."""
    members = (
        Participant.objects.here()
        .filter(partnership=request.partnership, user__isnull=False)
        .select_related("organisation")
        .prefetch_related(Prefetch("duties_held", DutyHeld.objects.order_by("pk")))
        .order_by("display_name", "pk")
    )
    guests = Participant.objects.here().filter(partnership=request.partnership, user=None)
    return render(
        request,
        "portal/people.html",
        {"groups": _by_role(members), "guests": guests.count()},
    )


def _member(request: ParticipantRequest, pk: int) -> Participant:
    return get_object_or_404(
        Participant.objects.here().select_related("organisation"),
        pk=pk,
        partnership=request.partnership,
    )


@require_safe
def person(request: ParticipantRequest, pk: int) -> HttpResponse:
    """Where a partnership admin gives and takes duties, and lets somebody leave."""
    member = _member(request, pk)
    permissions.check(request.participant, "grant_duty", member)
    return _person_page(request, member, RemoveForm())


def _person_page(
    request: ParticipantRequest, member: Participant, form: Form, status: int = 200
) -> HttpResponse:
    held = [duty for duty in Duty if duty in member.duties]
    context = {
        "person": member,
        "held": held,
        "free": [duty for duty in Duty if duty not in member.duties],
        "form": form,
    }
    return render(request, "portal/person.html", context, status=status)


def _duty(request: ParticipantRequest) -> Duty:
    try:
        return Duty(request.POST.get("duty", ""))
    except ValueError as unknown:
        raise Http404 from unknown


@require_POST
def grant_duty(request: ParticipantRequest, pk: int) -> HttpResponse:
    """Give somebody a duty."""
    member = _member(request, pk)
    operations.grant_duty(participant=member, duty=_duty(request), by=request.participant)
    messages.success(request, _("Saved. They can do this from now on."))
    return redirect("portal:person", request.partnership.slug, pk)


@require_POST
def remove_duty(request: ParticipantRequest, pk: int) -> HttpResponse:
    """Take a duty back."""
    member = _member(request, pk)
    operations.remove_duty(participant=member, duty=_duty(request), by=request.participant)
    messages.success(request, _("Saved. They no longer have this duty."))
    if member.pk == request.participant.pk:
        return redirect("portal:people", request.partnership.slug)
    return redirect("portal:person", request.partnership.slug, pk)


@require_POST
def remove_participant(request: ParticipantRequest, pk: int) -> HttpResponse:
    """Let somebody leave; the page asks for a reason and a tick first."""
    member = _member(request, pk)
    permissions.check(request.participant, "remove_participant", member)
    form = RemoveForm(request.POST)
    if form.is_valid():
        try:
            operations.remove_participant(
                participant=member, by=request.participant, reason=form.cleaned_data["reason"]
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved. They can no longer come in."))
            return redirect("portal:people", request.partnership.slug)
    return _person_page(request, member, form, status=400)


@require_safe
def invitations(request: ParticipantRequest) -> HttpResponse:
    """Invitations that are open, and a form for a new one."""
    permissions.check(request.participant, "invite_participant", request.partnership)
    return _invitations_page(request, InviteForm(partnership=request.partnership))


def _invitations_page(
    request: ParticipantRequest, form: InviteForm, status: int = 200
) -> HttpResponse:
    waiting = (
        Invitation.objects.open()
        .filter(partnership=request.partnership)
        .select_related("invited_by", "organisation")
    )
    context = {"page": page_of(waiting, request.GET), "form": form}
    return render(request, "portal/invitations.html", context, status=status)


@require_POST
@http.once
def invite_participant(request: ParticipantRequest) -> HttpResponse:
    """Invite somebody by e-mail."""
    permissions.check(request.participant, "invite_participant", request.partnership)
    form = InviteForm(request.POST, partnership=request.partnership)
    if form.is_valid():
        limits.count("invite", str(request.participant.pk), most=60, seconds=3600)
        try:
            operations.invite_participant(
                email=form.cleaned_data["email"],
                role=Role(form.cleaned_data["role"]),
                organisation=form.cleaned_data["organisation"],
                by=request.participant,
            )
        except Refusal as refusal:
            form.add_error("email", str(refusal))
        else:
            messages.success(request, _("Invited. The link in our e-mail works for 14 days."))
            return redirect("portal:invitations", request.partnership.slug)
    return _invitations_page(request, form, status=400)


@require_POST
def revoke_invitation(request: ParticipantRequest, pk: int) -> HttpResponse:
    """Take an invitation back."""
    invitation = get_object_or_404(Invitation, pk=pk, partnership=request.partnership)
    operations.revoke_invitation(invitation=invitation, by=request.participant)
    messages.success(request, _("Taken back. The link no longer works."))
    return redirect("portal:invitations", request.partnership.slug)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@http.open_to_strangers
@http.once
def accept_invitation(request: HttpRequest, partnership: Partnership, token: str) -> HttpResponse:
    """The link in the e-mail. Looking changes nothing; the button makes somebody a participant."""
    limits.count("accept_invitation", limits.sender(request), most=30, seconds=600)
    invitation = operations.invitation_for(token, partnership)
    user = request.user if isinstance(request.user, User) else None
    form = AcceptForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            participant = operations.accept_invitation(
                token=token,
                partnership=partnership,
                user=user,
                display_name=form.cleaned_data["display_name"],
            )
        except operations.UnableToUseInvitation as refusal:
            form.add_error(None, str(refusal))
        else:
            if user is None:
                login(request, participant.user)
            return redirect(partnership.get_absolute_url())
    context = {
        "invitation": invitation,
        "form": form,
        "sign_in_first": user is None and operations.has_account(invitation),
        "is_for_another": user is not None and user.email.lower() != invitation.email,
    }
    return render(request, "portal/accept_invitation.html", context)
