"""Addresses of decisions."""

from django.urls import path

from codesign.views import decisions

urlpatterns = [
    path("p/<slug:partnership>/decisions/", decisions.decisions, name="decisions"),
    path(
        "p/<slug:partnership>/workspaces/<int:workspace_id>/decisions/new/",
        decisions.draft_decision,
        name="draft_decision",
    ),
    path("p/<slug:partnership>/decisions/<int:pk>/", decisions.decision, name="decision"),
    path(
        "p/<slug:partnership>/decisions/<int:pk>/edit/",
        decisions.edit_decision,
        name="edit_decision",
    ),
    path(
        "p/<slug:partnership>/decisions/<int:pk>/publish/",
        decisions.publish_decision,
        name="publish_decision",
    ),
]
