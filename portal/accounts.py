"""How allauth behaves here: accounts are made by invitation, and sign-in is by e-mailed code.

Nobody has a password. People with duties, or who work for the service, add a passkey or a codes app
(portal.http asks for it). The forms are allauth's own, in our markup and our words; the pages are
in templates/account and templates/mfa.
"""

from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import ConfirmLoginCodeForm, RequestLoginCodeForm
from allauth.account.internal.flows.login import record_authentication
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from portal import limits
from portal.forms import PlainTextField, PortalFormMixin


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs up out of nothing; an invitation makes the account."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "incorrect_code": _("This is not the code we sent. Look at our newest e-mail to you."),
        "too_many_login_attempts": _(
            "That was too many tries. Please wait a few minutes, then ask for a new code."
        ),
        "rate_limited": _("That was too many tries. Please wait a few minutes and try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address allauth's limits count by: never one that a header could forge."""
        return limits.address(request)


class MFAAdapter(DefaultMFAAdapter):
    """The second way of signing in."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("This code does not fit. Codes change every 30 seconds: try the next."),
    }

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        return _now("My passkey")


def _code_field(label: Any, help_text: Any, **attrs: str) -> PlainTextField:
    attrs = {"autocomplete": "one-time-code", "class": "govuk-input--width-10", **attrs}
    return PlainTextField(label=label, help_text=help_text, widget=forms.TextInput(attrs=attrs))


def _app_code_field() -> PlainTextField:
    return _code_field(
        _("Code from your app"),
        _("Six digits. You can also use one of your spare codes."),
    )


class SignInForm(PortalFormMixin, RequestLoginCodeForm):
    email = forms.EmailField(
        label=_("Your e-mail address"),
        help_text=_("We will send you a code. You do not need a password."),
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
    )


class ConfirmCodeForm(PortalFormMixin, ConfirmLoginCodeForm):
    code = _code_field(
        _("Code from our e-mail"),
        _("Capitals, spaces and hyphens do not matter."),
        spellcheck="false",
    )


class SecondFactorForm(PortalFormMixin, AuthenticateForm):
    code = _app_code_field()


class ConfirmItIsYouForm(PortalFormMixin, ReauthenticateForm):
    code = _app_code_field()


def _has_shown_it_is_them(user: Any) -> None:
    """Setting up a second factor has just proved it: the spare codes need no other proof."""
    record_authentication(context.request, user, method="mfa", reauthenticated=True)


class ActivateAppForm(PortalFormMixin, ActivateTOTPForm):
    code = _code_field(_("Code from your app"), _("Six digits."), inputmode="numeric")

    def clean_code(self) -> str:
        code = super().clean_code()
        _has_shown_it_is_them(self.user)
        return code


class AddPasskeyForm(PortalFormMixin, AddWebAuthnForm):
    name = PlainTextField(
        label=_("A name for this passkey"),
        help_text=_("So that you can tell it from others. For example: my work phone."),
        required=False,
        max_length=100,
    )
    passwordless = forms.BooleanField(
        label=_("Let me sign in with this passkey alone"),
        help_text=_(
            "Then you need no code by e-mail. Your device asks for your finger, face or PIN."
        ),
        required=False,
        initial=True,
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("credential") and not self.errors:
            _has_shown_it_is_them(self.user)
        return cleaned


class RenamePasskeyForm(PortalFormMixin, EditWebAuthnForm):
    name = PlainTextField(label=_("A name for this passkey"), max_length=100)
