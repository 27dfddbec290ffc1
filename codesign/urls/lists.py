"""Addresses of lists of proposals, and of what is made from them."""

from django.urls import path

from codesign.views import lists

urlpatterns = [
    path(
        "p/<slug:partnership>/workspaces/<int:workspace_id>/proposals/",
        lists.proposals,
        name="proposals",
    ),
]
