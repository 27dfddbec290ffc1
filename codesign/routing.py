"""Addresses of sockets. A deployment's proxy sends `/live/` to the ASGI process."""

from django.urls import path, re_path

from codesign import consumers

websocket_urlpatterns = [
    path("live/session/<int:pk>/", consumers.session_socket),  # type: ignore[arg-type]
    re_path(r"", consumers.no_socket),  # type: ignore[arg-type]
]
