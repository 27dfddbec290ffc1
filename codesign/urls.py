"""Co-design's addresses, by noun."""

from django.urls import path

from codesign.views import decisions, joining, proposals, sessions

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
    # design sessions
    path("join/", joining.join, name="join"),
    path("j/<str:code>/", joining.join_code, name="join_code"),
    path(
        "p/<slug:partnership>/workspaces/<int:workspace_id>/sessions/new/",
        sessions.open_session,
        name="open_session",
    ),
    path("p/<slug:partnership>/sessions/<int:pk>/", sessions.session, name="session"),
    path(
        "p/<slug:partnership>/sessions/<int:pk>/board/",
        sessions.session_board,
        name="session_board",
    ),
    path(
        "p/<slug:partnership>/sessions/<int:pk>/join/", sessions.join_session, name="join_session"
    ),
    path(
        "p/<slug:partnership>/sessions/<int:pk>/move/", sessions.move_session, name="move_session"
    ),
    path(
        "p/<slug:partnership>/sessions/<int:pk>/close/",
        sessions.close_session,
        name="close_session",
    ),
    path("p/<slug:partnership>/sessions/<int:pk>/cards/new/", sessions.add_card, name="add_card"),
    path(
        "p/<slug:partnership>/sessions/<int:pk>/cards/for-somebody/",
        sessions.enter_card,
        name="enter_card",
    ),
    path("p/<slug:partnership>/sessions/<int:pk>/sheet/", sessions.join_sheet, name="join_sheet"),
    path("p/<slug:partnership>/sessions/<int:pk>/qr.svg", sessions.join_qr, name="join_qr"),
    path("p/<slug:partnership>/cards/<int:pk>/hide/", sessions.hide_card, name="hide_card"),
    path("p/<slug:partnership>/cards/<int:pk>/dot/", sessions.place_dot, name="place_dot"),
    path(
        "p/<slug:partnership>/cards/<int:pk>/dot/back/",
        sessions.take_dot_back,
        name="take_dot_back",
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
