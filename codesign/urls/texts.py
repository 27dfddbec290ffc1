"""Addresses of what changes the words of a proposal: versions, amendments, co-authors, files."""

from django.urls.resolvers import URLPattern

urlpatterns: list[URLPattern] = []
