"""Addresses of what changes the words of a proposal: versions, amendments, co-authors, files."""

from django.urls import path

from codesign.views import files, texts

urlpatterns = [
    path("p/<slug:partnership>/proposals/<int:pk>/versions/", texts.versions, name="versions"),
    path(
        "p/<slug:partnership>/proposals/<int:pk>/versions/<int:older>/to/<int:newer>/",
        texts.difference,
        name="difference",
    ),
    path(
        "p/<slug:partnership>/proposals/<int:pk>/amend/",
        texts.amend_proposal,
        name="amend_proposal",
    ),
    path("p/<slug:partnership>/amendments/<int:pk>/", texts.amendment, name="amendment"),
    path(
        "p/<slug:partnership>/amendments/<int:pk>/accept/",
        texts.accept_amendment,
        name="accept_amendment",
    ),
    path(
        "p/<slug:partnership>/amendments/<int:pk>/decline/",
        texts.decline_amendment,
        name="decline_amendment",
    ),
    path(
        "p/<slug:partnership>/amendments/<int:pk>/withdraw/",
        texts.withdraw_amendment,
        name="withdraw_amendment",
    ),
    path(
        "p/<slug:partnership>/amendments/<int:pk>/raise/",
        texts.raise_amendment,
        name="raise_amendment",
    ),
    path(
        "p/<slug:partnership>/proposals/<int:pk>/co-authors/",
        texts.invite_co_author,
        name="invite_co_author",
    ),
    path(
        "p/<slug:partnership>/co-authors/<int:pk>/answer/",
        texts.answer_co_author_invitation,
        name="answer_co_author_invitation",
    ),
    path(
        "p/<slug:partnership>/proposals/<int:pk>/estimate/",
        texts.estimate_proposal,
        name="estimate_proposal",
    ),
    path("p/<slug:partnership>/proposals/<int:pk>/files/", files.attach_file, name="attach_file"),
    path("p/<slug:partnership>/files/<int:pk>/", files.attachment, name="attachment"),
    path("p/<slug:partnership>/files/<int:pk>/remove/", files.remove_file, name="remove_file"),
]
