"""Addresses of ballots, of votes, and of paper voting cards."""

from django.urls import path

from codesign.views import ballot_results, ballots, votes, voting_cards

BALLOT = "p/<slug:partnership>/ballots/<int:pk>"

urlpatterns = [
    path("p/<slug:partnership>/ballots/", ballots.ballots, name="ballots"),
    path(
        "p/<slug:partnership>/ballots/practice/<slug:method>/",
        votes.practise_method,
        name="practise_method",
    ),
    path(
        "p/<slug:partnership>/workspaces/<int:workspace_id>/ballots/new/",
        ballots.draft_ballot,
        name="draft_ballot",
    ),
    path(f"{BALLOT}/", ballots.ballot, name="ballot"),
    path(f"{BALLOT}/edit/", ballots.edit_ballot, name="edit_ballot"),
    path(f"{BALLOT}/open/", ballots.open_ballot, name="open_ballot"),
    path(f"{BALLOT}/roll/", ballots.add_to_roll, name="add_to_roll"),
    path(f"{BALLOT}/remind/", ballots.remind_voters, name="remind_voters"),
    path(f"{BALLOT}/close/", ballots.close_ballot, name="close_ballot"),
    path(f"{BALLOT}/annul/", ballots.annul_ballot, name="annul_ballot"),
    path(f"{BALLOT}/repeat/", ballots.repeat_ballot, name="repeat_ballot"),
    path(f"{BALLOT}/vote/", votes.cast_ballot, name="cast_ballot"),
    path(f"{BALLOT}/practice/", votes.practise_ballot, name="practise_ballot"),
    path(f"{BALLOT}/vote-for/", votes.cast_for_somebody, name="cast_for_somebody"),
    path(f"{BALLOT}/cards.pdf", voting_cards.print_cards, name="print_cards"),
    path(f"{BALLOT}/votes/", ballot_results.ballot_votes, name="ballot_votes"),
    path(f"{BALLOT}/ballots.json", ballot_results.ballots_file, name="ballots_file"),
    path(f"{BALLOT}/options/<int:place>/", ballot_results.ballot_option, name="ballot_option"),
    path(
        "p/<slug:partnership>/objections/<int:pk>/answer/",
        ballot_results.answer_objection,
        name="answer_objection",
    ),
    path("card/", voting_cards.type_card, name="type_card"),
    path("card/<str:code>/", voting_cards.cast_by_card, name="cast_by_card"),
]
