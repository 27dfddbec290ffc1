"""The portal's addresses as the demo has them; tests run without it."""

from django.urls import include, path

from portal import urls

urlpatterns = [path("", include("content.demo_urls")), *urls.urlpatterns]
handler404 = urls.handler404
handler500 = urls.handler500
