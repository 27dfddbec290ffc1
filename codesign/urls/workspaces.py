"""Addresses of workspaces: setting them up and looking after them."""

from django.urls.resolvers import URLPattern

urlpatterns: list[URLPattern] = []
