"""Addresses of statements and of what is common ground."""

from django.urls import path

from codesign.views import statement_rounds, statements

urlpatterns = [
    path(
        "p/<slug:partnership>/workspaces/<int:workspace_id>/statements/",
        statement_rounds.statement_rounds,
        name="statement_rounds",
    ),
    path(
        "p/<slug:partnership>/workspaces/<int:workspace_id>/statements/open/",
        statement_rounds.open_statements,
        name="open_statements",
    ),
    path(
        "p/<slug:partnership>/statements/waiting/",
        statements.waiting_statements,
        name="waiting_statements",
    ),
    path("p/<slug:partnership>/statements/<int:pk>/", statements.statements, name="statements"),
    path(
        "p/<slug:partnership>/statements/<int:pk>/mine/", statements.my_answers, name="my_answers"
    ),
    path(
        "p/<slug:partnership>/statements/<int:pk>/suggest/",
        statements.suggest_statement,
        name="suggest_statement",
    ),
    path(
        "p/<slug:partnership>/statements/<int:pk>/common-ground/",
        statement_rounds.see_common_ground,
        name="see_common_ground",
    ),
    path(
        "p/<slug:partnership>/statements/<int:pk>/close/",
        statement_rounds.close_statements,
        name="close_statements",
    ),
    path(
        "p/<slug:partnership>/statement/<int:pk>/answer/",
        statements.answer_statement,
        name="answer_statement",
    ),
    path(
        "p/<slug:partnership>/statement/<int:pk>/show/",
        statements.show_statement,
        name="show_statement",
    ),
    path(
        "p/<slug:partnership>/statement/<int:pk>/decline/",
        statements.decline_statement,
        name="decline_statement",
    ),
]
