"""Addresses of design sessions."""

from django.urls import path

from codesign.views import joining, sessions

urlpatterns = [
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
]
