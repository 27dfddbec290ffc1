"""Addresses of joining proposals and taking them apart."""

from django.urls import path

from codesign.views import merges

urlpatterns = [
    path(
        "p/<slug:partnership>/proposals/<int:pk>/merge/",
        merges.merge_proposals,
        name="merge_proposals",
    ),
    path(
        "p/<slug:partnership>/proposals/<int:pk>/take-apart/",
        merges.take_merge_apart,
        name="take_merge_apart",
    ),
    path(
        "p/<slug:partnership>/proposals/<int:pk>/split/",
        merges.split_proposal,
        name="split_proposal",
    ),
]
