"""Addresses of comments."""

from django.urls import path

from codesign.views import comments

urlpatterns = [
    path(
        "p/<slug:partnership>/proposals/<int:pk>/comment/",
        comments.comment_on_proposal,
        name="comment_on_proposal",
    ),
]
