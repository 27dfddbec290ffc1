"""The address of a partnership's own hard words."""

from django.urls import path

from codesign.views import hard_words

urlpatterns = [
    path("p/<slug:partnership>/hard-words/", hard_words.set_hard_words, name="set_hard_words"),
]
