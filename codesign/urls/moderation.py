"""Addresses of reports, hiding, and the public log."""

from django.urls import path

from codesign.views import moderation

urlpatterns = [
    path(
        "p/<slug:partnership>/comments/<int:pk>/hide/", moderation.hide_comment, name="hide_comment"
    ),
]
