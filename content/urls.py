"""Addresses of the trail. Wagtail answers for the pages themselves."""

from django.urls import path

from content.views import mine, similar, trail

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
    path("p/<slug:partnership>/me/", mine.mine, name="mine"),
    path("p/<slug:partnership>/me/<slug:kind>/", mine.all_mine, name="all_mine"),
    path("p/<slug:partnership>/trail/<slug:kind>/<int:pk>/", trail.trail, name="trail"),
    path(
        "p/<slug:partnership>/trail/<slug:kind>/<int:pk>/trail.json",
        trail.trail_json,
        name="trail_json",
    ),
]
