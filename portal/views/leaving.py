"""Deleting oneself, with an account or without: what goes and what stays is said before."""

from django import forms
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from portal import seats
from portal.asking import ask
from portal.forms import Form
from portal.http import ParticipantRequest
from portal.models import Participant, User
from portal.operations import leaving as operations


class DeleteAccountForm(Form):
    sure = forms.BooleanField(
        label=gettext_lazy("Yes, delete my account for good"),
        error_messages={
            "required": gettext_lazy("Tick the box if you are sure. If not, just leave this page.")
        },
    )


class DeleteGuestForm(Form):
    sure = forms.BooleanField(
        label=gettext_lazy("Yes, delete my name for good"),
        error_messages={
            "required": gettext_lazy("Tick the box if you are sure. If not, just leave this page.")
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def delete_account(request: HttpRequest) -> HttpResponse:
    """Ask whether somebody is sure; then delete their account and sign them out."""
    if not isinstance(request.user, User):
        return redirect_to_login(request.get_full_path(), reverse("account_login"))
    form = DeleteAccountForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            operations.delete_account(user=request.user)
        except operations.UnableToDeleteAccount as refusal:
            form.add_error(None, str(refusal))
        else:
            logout(request)
            messages.success(request, _("Your account is deleted. Thank you for taking part."))
            return redirect("/")
    places = Participant.objects.here().filter(user=request.user).select_related("partnership")
    return render(
        request,
        "portal/delete_account.html",
        {"form": form, "places": list(places.order_by("pk"))},
        status=422 if form.errors else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def delete_guest(request: ParticipantRequest) -> HttpResponse:
    """The same for somebody without an account: from this partnership, and from this browser.

    Whoever has an account is shown how to delete that.
    """
    if not request.participant.is_guest:
        return redirect("portal:delete_account")
    form = DeleteGuestForm(request.POST if request.method == "POST" else None)
    response = ask(
        request,
        "portal/delete_guest.html",
        form,
        {},
        act=lambda: operations.delete_guest(by=request.participant),
        done=_("You have left, and your name is deleted. Thank you for taking part."),
        to="/",
    )
    if response.status_code == 302:
        seats.leave(response, request.partnership)
    return response
