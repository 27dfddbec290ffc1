"""Addresses that exist in the demo only (portal.urls asks settings.DEMO)."""

from django.urls import path

from content.views import demo

app_name = "demo"
urlpatterns = [
    path("demo/", demo.people, name="people"),
    path("demo/sign-in-as/<int:pk>/", demo.sign_in_as, name="sign_in_as"),
]
