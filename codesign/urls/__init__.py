"""Co-design's addresses, one file for each noun."""

from codesign.urls import (
    activities,
    assessments,
    ballots,
    comments,
    decisions,
    hard_words,
    lists,
    merges,
    moderation,
    proposals,
    service,
    sessions,
    sheets,
    statements,
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
    *statements.urlpatterns,
    *activities.urlpatterns,
    *sessions.urlpatterns,
    *ballots.urlpatterns,
    *decisions.urlpatterns,
    *hard_words.urlpatterns,
    *service.urlpatterns,
]
