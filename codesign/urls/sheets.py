"""Addresses of entering for somebody, and of paper sheets."""

from django.urls import path

from codesign.views import sheets

urlpatterns = [
    path(
        "p/<slug:partnership>/workspaces/<int:workspace_id>/enter/",
        sheets.enter_proposal,
        name="enter_proposal",
    ),
    path(
        "p/<slug:partnership>/proposals/<int:pk>/enter-comment/",
        sheets.enter_comment,
        name="enter_comment",
    ),
    path(
        "p/<slug:partnership>/proposals/<int:pk>/enter-support/",
        sheets.enter_support,
        name="enter_support",
    ),
    path(
        "p/<slug:partnership>/workspaces/<int:workspace_id>/sheet/",
        sheets.supporter_sheet,
        name="supporter_sheet",
    ),
    path(
        "p/<slug:partnership>/workspaces/<int:workspace_id>/sheet/print/",
        sheets.print_sheets,
        name="print_sheets",
    ),
    path(
        "p/<slug:partnership>/workspaces/<int:workspace_id>/sheet/<int:pk>/",
        sheets.printed_sheets,
        name="printed_sheets",
    ),
    path("p/<slug:partnership>/sheets/<int:pk>/", sheets.sheet, name="sheet"),
    path(
        "p/<slug:partnership>/sheets/lines/<int:pk>/correct/",
        sheets.correct_line,
        name="correct_line",
    ),
    path(
        "p/<slug:partnership>/workspaces/<int:workspace_id>/sheet/qr.svg",
        sheets.sheet_qr,
        name="sheet_qr",
    ),
    path(
        "p/<slug:partnership>/workspaces/<int:workspace_id>/sheets/",
        sheets.sheets,
        name="sheets",
    ),
    path(
        "p/<slug:partnership>/workspaces/<int:workspace_id>/sheets/new/",
        sheets.enter_sheet,
        name="enter_sheet",
    ),
]
