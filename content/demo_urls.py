"""Addresses that exist in the demo only (portal.urls asks settings.DEMO)."""

from django.urls import path

from content import demo_views

app_name = "demo"
urlpatterns = [
    path("demo/", demo_views.people, name="people"),
    path("demo/sign-in-as/<int:pk>/", demo_views.sign_in_as, name="sign_in_as"),
]
