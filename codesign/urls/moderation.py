"""Addresses of reports, hiding, and the public log."""

from django.urls import path

from codesign.views import moderation

urlpatterns = [
    path(
        "p/<slug:partnership>/proposals/<int:pk>/report/",
        moderation.report_proposal,
        name="report_proposal",
    ),
    path(
        "p/<slug:partnership>/comments/<int:pk>/report/",
        moderation.report_comment,
        name="report_comment",
    ),
    path(
        "p/<slug:partnership>/proposals/<int:pk>/hide/",
        moderation.hide_proposal,
        name="hide_proposal",
    ),
    path(
        "p/<slug:partnership>/comments/<int:pk>/hide/", moderation.hide_comment, name="hide_comment"
    ),
    path(
        "p/<slug:partnership>/objections/<int:pk>/report/",
        moderation.report_objection,
        name="report_objection",
    ),
    path(
        "p/<slug:partnership>/objections/<int:pk>/hide/",
        moderation.hide_objection,
        name="hide_objection",
    ),
    path(
        "p/<slug:partnership>/corrections/<int:pk>/report/",
        moderation.report_correction,
        name="report_correction",
    ),
    path(
        "p/<slug:partnership>/corrections/<int:pk>/hide/",
        moderation.hide_correction,
        name="hide_correction",
    ),
    path("p/<slug:partnership>/moderation/", moderation.moderation_queue, name="moderation_queue"),
    path(
        "p/<slug:partnership>/moderation/reports/<int:pk>/",
        moderation.answer_report,
        name="answer_report",
    ),
    path(
        "p/<slug:partnership>/moderation/hidden/<int:pk>/", moderation.ask_again, name="ask_again"
    ),
    path(
        "p/<slug:partnership>/moderation/hidden/<int:pk>/answer/",
        moderation.answer_asking,
        name="answer_asking",
    ),
    path("p/<slug:partnership>/moderation/log/", moderation.moderation_log, name="moderation_log"),
    path(
        "p/<slug:partnership>/moderation/policy/",
        moderation.moderation_policy,
        name="moderation_policy",
    ),
]
