"""Wagtail's admin, as our editors meet it: our colours, and only the menu they need."""

from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail import hooks
from wagtail.admin.menu import MenuItem

MENU = {"explorer", "images", "documents", "settings"}
# Workflows, collections and the like are for newsrooms; here a handful of people edit.
SETTINGS = {"users", "sites", "redirects"}


@hooks.register("insert_global_admin_css")
def our_colours() -> SafeString:
    return format_html('<link rel="stylesheet" href="{}">', static("content/admin.css"))


@hooks.register("construct_main_menu")
def only_what_editors_need(request: HttpRequest, items: list[MenuItem]) -> None:
    items[:] = [item for item in items if item.name in MENU]


@hooks.register("construct_settings_menu")
def only_settings_they_need(request: HttpRequest, items: list[MenuItem]) -> None:
    items[:] = [item for item in items if item.name in SETTINGS]
