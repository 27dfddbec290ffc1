"""Addresses of comments."""

from django.urls import path

from codesign.views import comments

urlpatterns = [
    path(
        "p/<slug:partnership>/proposals/<int:pk>/comment/",
        comments.comment_on_proposal,
        name="comment_on_proposal",
    ),
    path(
        "p/<slug:partnership>/comments/<int:pk>/reply/",
        comments.reply_to_comment,
        name="reply_to_comment",
    ),
    path(
        "p/<slug:partnership>/comments/<int:pk>/answered/",
        comments.mark_answered,
        name="mark_answered",
    ),
    path(
        "p/<slug:partnership>/comments/<int:pk>/withdraw/",
        comments.withdraw_comment,
        name="withdraw_comment",
    ),
    path(
        "p/<slug:partnership>/comments/<int:pk>/support/",
        comments.support_comment,
        name="support_comment",
    ),
    path(
        "p/<slug:partnership>/comments/<int:pk>/support/withdraw/",
        comments.withdraw_comment_support,
        name="withdraw_comment_support",
    ),
]
