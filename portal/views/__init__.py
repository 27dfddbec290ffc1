"""The kernel's pages."""

from portal.views.pages import (
    accent_css,
    csrf_failed,
    failed,
    mine,
    not_found,
    set_easy_read,
)

__all__ = [
    "accent_css",
    "csrf_failed",
    "failed",
    "mine",
    "not_found",
    "set_easy_read",
]
