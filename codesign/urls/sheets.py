"""Addresses of entering for somebody, and of paper sheets."""

from django.urls.resolvers import URLPattern

urlpatterns: list[URLPattern] = []
