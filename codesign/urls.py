"""Co-design's addresses, by noun."""

from django.urls import path

from codesign.views import decisions, proposals

app_name = "codesign"
urlpatterns = [
    # proposals
    path(
        "p/<slug:partnership>/workspaces/<int:workspace_id>/proposals/",
        proposals.proposals,
        name="proposals",
    ),
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
        proposals.support_proposal,
        name="support_proposal",
    ),
    path(
        "p/<slug:partnership>/proposals/<int:pk>/support/withdraw/",
        proposals.withdraw_support,
        name="withdraw_support",
    ),
    path(
        "p/<slug:partnership>/proposals/<int:pk>/comment/",
        proposals.comment_on_proposal,
        name="comment_on_proposal",
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
        "p/<slug:partnership>/proposals/<int:pk>/merge/",
        proposals.merge_proposal,
        name="merge_proposal",
    ),
    path(
        "p/<slug:partnership>/proposals/<int:pk>/reopen/",
        proposals.reopen_proposal,
        name="reopen_proposal",
    ),
    path(
        "p/<slug:partnership>/comments/<int:pk>/hide/", proposals.hide_comment, name="hide_comment"
    ),
    # decisions, and the service as it is
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
    path("p/<slug:partnership>/service/", decisions.service, name="service"),
]
