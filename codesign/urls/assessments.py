"""Addresses of criteria and assessments."""

from django.urls import path

from codesign.views import assessments

urlpatterns = [
    path(
        "p/<slug:partnership>/workspaces/<int:workspace_id>/criteria/",
        assessments.criteria,
        name="criteria",
    ),
    path(
        "p/<slug:partnership>/workspaces/<int:workspace_id>/criteria/agree/",
        assessments.agree_criteria,
        name="agree_criteria",
    ),
    path(
        "p/<slug:partnership>/workspaces/<int:workspace_id>/assessments/",
        assessments.assessments,
        name="assessments",
    ),
    path("p/<slug:partnership>/assess/", assessments.to_assess, name="to_assess"),
    path(
        "p/<slug:partnership>/proposals/<int:pk>/assess/",
        assessments.assess_proposal,
        name="assess_proposal",
    ),
    path(
        "p/<slug:partnership>/proposals/<int:pk>/assessments/publish/",
        assessments.publish_assessments,
        name="publish_assessments",
    ),
]
