"""How editors come into Wagtail's admin: with a second factor, under a policy of its own.

Wagtail's own sign-in page leads to ours (portal.urls), so that an e-mailed code and the second
factor hold for editors as for everybody who works for the service.
"""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from portal.http import View
from portal.models import User

ADMIN = "/admin/"
# Looser than ours, since Wagtail sets inline styles and draws its editor's parts from templates;
# scripts still come from files of this site alone. Previews stand in frames of the same site.
POLICY = "; ".join(
    [
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "frame-src 'self'",
        "frame-ancestors 'self'",
        "form-action 'self'",
        "object-src 'none'",
        "base-uri 'self'",
    ]
)


def needs_second_factor(user: object) -> bool:
    """Whether an editor has set up no passkey or codes app yet. In the demo nobody needs one."""
    if settings.DEMO or not isinstance(user, User):
        return False
    return not user.authenticator_set.exclude(type="recovery_codes").exists()


class EditorsMiddleware:
    """Asks for the second factor before the admin, and adds its content security policy."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(ADMIN):
            return self.get_response(request)
        if request.user.is_authenticated and needs_second_factor(
            getattr(request.user, "_wrapped", request.user)
        ):
            return redirect("mfa_index")
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        return response
