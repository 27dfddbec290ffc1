"""Feedback's addresses, by noun."""

from django.urls import path

from feedback import feeds
from feedback.views import adaptations, cases, measures, themes, voices

app_name = "feedback"
urlpatterns = [
    # voices
    path("p/<slug:partnership>/voices/", voices.voices, name="voices"),
    path("p/<slug:partnership>/voices/new/", voices.leave_voice, name="leave_voice"),
    path("p/<slug:partnership>/voices/queue/", voices.voice_queue, name="voice_queue"),
    path("p/<slug:partnership>/voices/<int:pk>/", voices.voice, name="voice"),
    path(
        "p/<slug:partnership>/voices/<int:pk>/publish/", voices.publish_voice, name="publish_voice"
    ),
    path("p/<slug:partnership>/voices/<int:pk>/hold/", voices.hold_voice, name="hold_voice"),
    path(
        "p/<slug:partnership>/voices/<int:pk>/reply/", voices.reply_to_voice, name="reply_to_voice"
    ),
    path(
        "p/<slug:partnership>/activity-dates/<int:pk>/how-it-was/",
        voices.say_how_it_was,
        name="say_how_it_was",
    ),
    path("p/<slug:partnership>/case/", cases.case, name="case"),
    path("p/<slug:partnership>/case/add/", cases.add_to_voice, name="add_to_voice"),
    path("p/<slug:partnership>/case/withdraw/", cases.withdraw_voice, name="withdraw_voice"),
    # themes
    path("p/<slug:partnership>/themes/", themes.themes, name="themes"),
    path("p/<slug:partnership>/themes/new/", themes.name_theme, name="name_theme"),
    path("p/<slug:partnership>/themes/<int:pk>/", themes.theme, name="theme"),
    path(
        "p/<slug:partnership>/themes/<int:pk>/suggest/",
        themes.raise_proposal,
        name="raise_proposal",
    ),
    path(
        "p/<slug:partnership>/themes/<int:pk>/answers/",
        themes.proposals_for_theme,
        name="proposals_for_theme",
    ),
    path(
        "p/<slug:partnership>/proposals/<int:pk>/theme/",
        themes.link_theme_to_proposal,
        name="link_theme_to_proposal",
    ),
    path(
        "p/<slug:partnership>/theme-proposals/<int:pk>/take-away/",
        themes.unlink_theme_from_proposal,
        name="unlink_theme_from_proposal",
    ),
    path("p/<slug:partnership>/voices/<int:pk>/theme/", themes.give_theme, name="give_theme"),
    path(
        "p/<slug:partnership>/voice-themes/<int:pk>/take-away/",
        themes.take_theme_away,
        name="take_theme_away",
    ),
    # adaptations
    path("p/<slug:partnership>/changes/", adaptations.change_log, name="change_log"),
    path("p/<slug:partnership>/changes/atom.xml", feeds.change_log_feed, name="change_log_feed"),
    path(
        "p/<slug:partnership>/changes/new/", adaptations.draft_adaptation, name="draft_adaptation"
    ),
    path("p/<slug:partnership>/changes/<int:pk>/", adaptations.adaptation, name="adaptation"),
    path(
        "p/<slug:partnership>/changes/<int:pk>/edit/",
        adaptations.edit_adaptation,
        name="edit_adaptation",
    ),
    path(
        "p/<slug:partnership>/changes/<int:pk>/publish/",
        adaptations.publish_adaptation,
        name="publish_adaptation",
    ),
    path(
        "p/<slug:partnership>/changes/<int:pk>/review/",
        measures.review_adaptation,
        name="review_adaptation",
    ),
    # measures
    path("p/<slug:partnership>/measures/", measures.measures, name="measures"),
    path("p/<slug:partnership>/measures/new/", measures.define_measure, name="define_measure"),
    path("p/<slug:partnership>/measures/<int:pk>/", measures.measure, name="measure"),
    path("p/<slug:partnership>/measures/<int:pk>/csv/", measures.measure_csv, name="measure_csv"),
    path(
        "p/<slug:partnership>/measures/<int:pk>/record/",
        measures.record_observation,
        name="record_observation",
    ),
    path(
        "p/<slug:partnership>/observations/<int:pk>/correct/",
        measures.correct_observation,
        name="correct_observation",
    ),
]
