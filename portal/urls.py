"""Every address of the portal, composed from the apps'. Wagtail's pages come last."""

from django.conf import settings
from django.urls import include, path
from django.views.generic import RedirectView
from django.views.static import serve
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

urlpatterns = [
    path("", include("portal.kernel_urls")),
    path("", include("codesign.urls")),
    path("", include("feedback.urls")),
    path("", include("content.urls")),
    path("accounts/", include("portal.account_urls")),
    # Wagtail's own sign-in, by password, is nobody's way in.
    path("admin/login/", RedirectView.as_view(pattern_name="account_login", query_string=True)),
    path("admin/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    # Editors' pictures, re-encoded by Wagtail. No other upload is ever served like this.
    path("media/images/<path:path>", serve, {"document_root": f"{settings.MEDIA_ROOT}/images"}),
]
if settings.DEMO:
    urlpatterns.insert(0, path("", include("content.demo_urls")))
urlpatterns.append(path("", include(wagtail_urls)))

handler404 = "portal.views.not_found"
handler500 = "portal.views.failed"
