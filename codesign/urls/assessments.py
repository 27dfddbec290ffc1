"""Addresses of criteria and assessments."""

from django.urls.resolvers import URLPattern

urlpatterns: list[URLPattern] = []
