"""Addresses of the trail. Wagtail answers for the pages themselves."""

from django.urls import path

from content.views import evidence, mine, similar, trail

app_name = "content"
urlpatterns = [
    path(
        "p/<slug:partnership>/workspaces/<int:workspace_id>/similar/",
        similar.similar,
        name="similar",
    ),
    path(
        "p/<slug:partnership>/workspaces/<int:workspace_id>/map/",
        similar.workspace_map,
        name="workspace_map",
    ),
    path(
        "p/<slug:partnership>/decisions/<int:pk>/evidence/",
        evidence.make_evidence_pack,
        name="make_evidence_pack",
    ),
    path("p/<slug:partnership>/evidence/<int:pk>/", evidence.evidence_pack, name="evidence_pack"),
    path(
        "p/<slug:partnership>/evidence/<int:pk>/pack.zip",
        evidence.fetch_evidence_pack,
        name="fetch_evidence_pack",
    ),
    path("p/<slug:partnership>/me/", mine.mine, name="mine"),
    path("p/<slug:partnership>/me/<slug:kind>/", mine.all_mine, name="all_mine"),
    path("p/<slug:partnership>/trail/<slug:kind>/<int:pk>/", trail.trail, name="trail"),
    path(
        "p/<slug:partnership>/trail/<slug:kind>/<int:pk>/trail.json",
        trail.trail_json,
        name="trail_json",
    ),
]
