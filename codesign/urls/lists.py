"""Addresses of lists of proposals, and of what is made from them."""

from django.urls import path

from codesign.views import lists

LIST = "p/<slug:partnership>/workspaces/<int:workspace_id>/proposals/"

urlpatterns = [
    path(LIST, lists.proposals, name="proposals"),
    path(f"{LIST}print/", lists.proposals_print, name="proposals_print"),
    path(
        f"{LIST}export/<slug:file_format>/",
        lists.export_proposals,
        name="export_proposals",
    ),
]
