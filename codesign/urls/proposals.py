"""Addresses of proposals: writing, reading, supporting and moving them."""

from django.urls import path

from codesign.views import proposals, supports

urlpatterns = [
    path(
        "p/<slug:partnership>/workspaces/<int:workspace_id>/proposals/new/",
        proposals.draft_proposal,
        name="draft_proposal",
    ),
    path("p/<slug:partnership>/proposals/<int:pk>/", proposals.proposal, name="proposal"),
    path(
        "p/<slug:partnership>/proposals/<int:pk>/edit/",
        proposals.edit_proposal,
        name="edit_proposal",
    ),
    path(
        "p/<slug:partnership>/proposals/<int:pk>/open/",
        proposals.open_proposal,
        name="open_proposal",
    ),
    path(
        "p/<slug:partnership>/proposals/<int:pk>/support/",
        supports.support_proposal,
        name="support_proposal",
    ),
    path(
        "p/<slug:partnership>/proposals/<int:pk>/support/withdraw/",
        supports.withdraw_support,
        name="withdraw_support",
    ),
    path(
        "p/<slug:partnership>/proposals/<int:pk>/support/keep/",
        supports.keep_support,
        name="keep_support",
    ),
    path(
        "p/<slug:partnership>/proposals/<int:pk>/shortlist/",
        proposals.shortlist_proposal,
        name="shortlist_proposal",
    ),
    path(
        "p/<slug:partnership>/proposals/<int:pk>/park/",
        proposals.park_proposal,
        name="park_proposal",
    ),
    path(
        "p/<slug:partnership>/proposals/<int:pk>/withdraw/",
        proposals.withdraw_proposal,
        name="withdraw_proposal",
    ),
    path(
        "p/<slug:partnership>/proposals/<int:pk>/reopen/",
        proposals.reopen_proposal,
        name="reopen_proposal",
    ),
]
