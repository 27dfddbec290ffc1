"""How editors come into Wagtail's admin: with a second factor, under a policy of its own.

Wagtail's own sign-in page leads to ours (portal.urls), so that an e-mailed code and the second
factor hold for editors as for everybody who works for the service.
"""

from django.http import HttpRequest, HttpResponse

from portal import http
from portal.http import View

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


class EditorsMiddleware:
    """Asks for the second factor before the admin, and adds its content security policy."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(ADMIN):
            return self.get_response(request)
        if http.lacks_second_factor(request):
            return http.ask_for_second_factor()
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        return response
