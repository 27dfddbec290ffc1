"""Entry point for ASGI servers: pages and sockets in one process, or sockets alone at scale."""

import os
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlparse

from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import OriginValidator
from channels.sessions import CookieMiddleware
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.http.request import split_domain_port, validate_host

from portal.memory import settle

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
pages = get_asgi_application()  # loads the apps, which the next import needs

from codesign.routing import websocket_urlpatterns  # noqa: E402
from portal.ticker import lifespan  # noqa: E402

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


def own_origin(scope: Scope) -> str:
    """The origin (scheme, host and port) that our own pages have, as Django would work it out.

    Empty for a host that is not ours.
    """
    headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
    host = headers.get(b"host", "")
    if not validate_host(split_domain_port(host)[0], settings.ALLOWED_HOSTS):
        return ""
    secure = scope.get("scheme") == "wss"
    if settings.SECURE_PROXY_SSL_HEADER:
        name, value = settings.SECURE_PROXY_SSL_HEADER
        header = name.removeprefix("HTTP_").replace("_", "-").lower().encode()
        secure = headers.get(header, "").partition(",")[0].strip() == value
    return f"{'https' if secure else 'http'}://{host}"


def from_our_pages(inner: Any) -> Any:
    """Let a socket in only from a page of ours: scheme, host and port of its Origin must match."""

    async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
        allowed = [
            origin for origin in (own_origin(scope), *settings.CSRF_TRUSTED_ORIGINS) if origin
        ]
        origins = [value for name, value in scope["headers"] if name == b"origin"]
        origin = urlparse(origins[0].decode("latin-1")) if len(origins) == 1 else None
        try:
            welcome = OriginValidator(inner, allowed).valid_origin(origin)
        except ValueError:  # a port that is no number
            welcome = False
        if welcome:
            await inner(scope, receive, send)
        else:
            await receive()
            await send({"type": "websocket.close", "code": 4403})

    return guarded


application = ProtocolTypeRouter(
    {
        "http": pages,
        "lifespan": lifespan,
        "websocket": from_our_pages(CookieMiddleware(URLRouter(websocket_urlpatterns))),
    }
)
settle()
