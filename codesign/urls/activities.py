"""Addresses of activities, their dates and calendars."""

from django.urls.resolvers import URLPattern

urlpatterns: list[URLPattern] = []
