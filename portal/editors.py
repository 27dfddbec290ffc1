"""How editors come into Wagtail's admin: with a second factor, under a policy of its own.

Wagtail's own sign-in page leads to ours (portal.urls), so that an e-mailed code and the second
factor hold for editors as for everybody who works for the service.
"""

from django.http import HttpRequest, HttpResponse

from portal import http
from portal.http import View

ADMIN = "/admin/"
# Looser than ours: Wagtail's forms start themselves by inline scripts and set inline styles. Still
# nothing comes from, or goes to, another site.
POLICY = "; ".join(
    [
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline'",
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
        # A preview is one of our pages, with our strict policy; the editor shows it in a frame.
        strict = response.headers.get("Content-Security-Policy", "")
        response.headers["Content-Security-Policy"] = (
            strict.replace("frame-ancestors 'none'", "frame-ancestors 'self'") or POLICY
        )
        return response
