"""Co-design's addresses, one file for each noun."""

from codesign.urls import (
    activities,
    assessments,
    comments,
    decisions,
    lists,
    merges,
    moderation,
    proposals,
    service,
    sessions,
    sheets,
    texts,
    workspaces,
)

app_name = "codesign"
urlpatterns = [
    *workspaces.urlpatterns,
    *lists.urlpatterns,
    *proposals.urlpatterns,
    *texts.urlpatterns,
    *comments.urlpatterns,
    *merges.urlpatterns,
    *moderation.urlpatterns,
    *assessments.urlpatterns,
    *sheets.urlpatterns,
    *activities.urlpatterns,
    *sessions.urlpatterns,
    *decisions.urlpatterns,
    *service.urlpatterns,
]
