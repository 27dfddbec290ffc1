"""Addresses of the service description."""

from django.urls import path

from codesign.views import service

urlpatterns = [
    path("p/<slug:partnership>/service/", service.service, name="service"),
]
