"""Addresses of the trail. Wagtail answers for the pages themselves."""

from django.urls import path

from content.views import trail

app_name = "content"
urlpatterns = [
    path("p/<slug:partnership>/trail/<slug:kind>/<int:pk>/", trail.trail, name="trail"),
    path(
        "p/<slug:partnership>/trail/<slug:kind>/<int:pk>/trail.json",
        trail.trail_json,
        name="trail_json",
    ),
]
