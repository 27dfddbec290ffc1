"""Addresses of decisions."""

from django.urls import path

from codesign import feeds
from codesign.views import decision_acts as acts
from codesign.views import decision_lists as lists
from codesign.views import decisions

HERE = "p/<slug:partnership>/decisions/"
ONE = f"{HERE}<int:pk>/"

urlpatterns = [
    path(HERE, lists.decisions, name="decisions"),
    path(f"{HERE}atom.xml", feeds.decisions_feed, name="decisions_feed"),
    path(f"{HERE}export/<slug:file_format>/", lists.export_decisions, name="export_decisions"),
    path(f"{HERE}confirmation/", acts.require_confirmation, name="require_confirmation"),
    path(
        "p/<slug:partnership>/workspaces/<int:workspace_id>/decisions/new/",
        decisions.draft_decision,
        name="draft_decision",
    ),
    path(ONE, decisions.decision, name="decision"),
    path(f"{ONE}edit/", decisions.edit_decision, name="edit_decision"),
    path(f"{ONE}deciders/", decisions.set_deciders, name="set_deciders"),
    path(f"{ONE}commitments/", decisions.set_commitments, name="set_commitments"),
    path(f"{ONE}objections/new/", acts.raise_objection, name="raise_objection"),
    path(f"{ONE}send/", acts.send_for_confirmation, name="send_for_confirmation"),
    path(f"{ONE}confirm/", acts.confirm_decision, name="confirm_decision"),
    path(f"{ONE}publish/", decisions.publish_decision, name="publish_decision"),
    path(f"{ONE}corrections/new/", acts.ask_for_correction, name="ask_for_correction"),
    path(
        "p/<slug:partnership>/corrections/<int:pk>/answer/",
        acts.answer_correction,
        name="answer_correction",
    ),
    path(
        "p/<slug:partnership>/commitments/<int:pk>/done/",
        acts.keep_commitment,
        name="keep_commitment",
    ),
]
