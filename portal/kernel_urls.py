"""Addresses of the kernel's own pages."""

from django.urls import path

from portal import views
from portal.views import notices

app_name = "portal"
urlpatterns = [
    path("mine/", views.mine, name="mine"),
    path("easy-read/", views.set_easy_read, name="set_easy_read"),
    path("p/<slug:partnership>/accent.css", views.accent_css, name="accent_css"),
    path("p/<slug:partnership>/notices/", notices.notices, name="notices"),
    path("p/<slug:partnership>/notices/read/", notices.read_notices, name="read_notices"),
    path("p/<slug:partnership>/notices/how-often/", notices.set_digest, name="set_digest"),
]
