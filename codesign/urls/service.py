"""Addresses of the service description."""

from django.urls import path

from codesign.views import service

urlpatterns = [
    path("p/<slug:partnership>/service/", service.service, name="service"),
    path(
        "p/<slug:partnership>/service/difference/",
        service.service_difference,
        name="service_difference",
    ),
    path("p/<slug:partnership>/service/services.json", service.service_json, name="service_json"),
    path(
        "p/<slug:partnership>/service/new/", service.add_service_feature, name="add_service_feature"
    ),
    path("p/<slug:partnership>/service/<int:pk>/", service.service_feature, name="service_feature"),
    path(
        "p/<slug:partnership>/service/<int:pk>/change/",
        service.change_service_feature,
        name="change_service_feature",
    ),
]
