"""Addresses of the kernel's own pages."""

from django.urls import path

from portal import views
from portal.views import drafts, leaving, notices, people, record

app_name = "portal"
urlpatterns = [
    path("mine/", views.mine, name="mine"),
    path("mine/delete/", leaving.delete_account, name="delete_account"),
    path("easy-read/", views.set_easy_read, name="set_easy_read"),
    path("stop-mail/<str:token>/", notices.stop_mail, name="stop_mail"),
    path("p/<slug:partnership>/accent.css", views.accent_css, name="accent_css"),
    path("p/<slug:partnership>/notices/", notices.notices, name="notices"),
    path("p/<slug:partnership>/notices/read/", notices.read_notices, name="read_notices"),
    path("p/<slug:partnership>/notices/how-often/", notices.set_digest, name="set_digest"),
    path("p/<slug:partnership>/follow/<str:subject>/", notices.follow, name="follow"),
    path("p/<slug:partnership>/unfollow/<str:subject>/", notices.unfollow, name="unfollow"),
    path("p/<slug:partnership>/following/", notices.following, name="following"),
    path("p/<slug:partnership>/follow-role/<slug:role>/", notices.follow_role, name="follow_role"),
    path(
        "p/<slug:partnership>/unfollow-role/<slug:role>/",
        notices.unfollow_role,
        name="unfollow_role",
    ),
    path("p/<slug:partnership>/leaving/", leaving.delete_guest, name="delete_guest"),
    path("p/<slug:partnership>/drafts/", drafts.keep_draft, name="keep_draft"),
    path("p/<slug:partnership>/people/", people.people, name="people"),
    path("p/<slug:partnership>/people/<int:pk>/", people.person, name="person"),
    path("p/<slug:partnership>/people/<int:pk>/grant/", people.grant_duty, name="grant_duty"),
    path("p/<slug:partnership>/people/<int:pk>/take/", people.remove_duty, name="remove_duty"),
    path(
        "p/<slug:partnership>/people/<int:pk>/leave/",
        people.remove_participant,
        name="remove_participant",
    ),
    path("p/<slug:partnership>/invitations/", people.invitations, name="invitations"),
    path(
        "p/<slug:partnership>/invitations/new/",
        people.invite_participant,
        name="invite_participant",
    ),
    path(
        "p/<slug:partnership>/invitations/<int:pk>/revoke/",
        people.revoke_invitation,
        name="revoke_invitation",
    ),
    path(
        "p/<slug:partnership>/invitations/accept/<str:token>/",
        people.accept_invitation,
        name="accept_invitation",
    ),
    path("p/<slug:partnership>/record/", record.record, name="record"),
    path("p/<slug:partnership>/record/export/", record.export_record, name="export_record"),
]
