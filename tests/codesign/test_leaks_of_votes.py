"""Attacks on votes: by a curious facilitator, an outsider, a voter with a forged form.

Each test is one way in which somebody could learn or do what is not theirs.
"""

import io
import zipfile
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from codesign.enums import BallotMethod, HidingReason, OpenTo, Secrecy
from codesign.models import Ballot, NamedVote, Objection, RollEntry, SecretVote, Workspace
from codesign.operations import members, moderation, votes
from codesign.operations import objections as objection_operations
from codesign.queries import rolls
from codesign.queries.by_role import by_role_of
from portal import record_export
from portal.disclosure import Certainty
from portal.enums import Channel, Role, Visibility
from portal.models import Participant
from tests.codesign.ballot import (
    a_ballot_with_cards,
    a_closed_ballot,
    a_secret_ballot,
    a_space,
    an_open_ballot,
    closed,
    crowd,
    new_code,
    voting,
)
from tests.world import World, signed_in, words_on

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


def url(name: str, *args: Any, slug: str = "norfolk") -> str:
    return reverse(f"codesign:{name}", args=[slug, *args])


# -- who said what, in secret ----------------------------------------------------------------------


@pytest.mark.parametrize("secrecy", [Secrecy.SECRET, Secrecy.NAMED])
def test_answer_objection_shows_no_reason_against_before_the_vote_has_closed(
    world: World, secrecy: Secrecy
) -> None:
    """Who reads reasons as they arrive knows whose they are."""
    ballot, people = a_secret_ballot(world, BallotMethod.CONSENT, secrecy=secrecy)
    votes.cast_ballot(
        ballot=ballot,
        choice="object",
        objection="It is too far for my mother.",
        by=people[0],
        code=new_code(),
    )
    objection = Objection.objects.get()
    reader = signed_in(world.facilitator)
    for answer in (
        reader.get(url("answer_objection", objection.pk)),
        reader.post(url("answer_objection", objection.pk), {"answer": "We hear you."}),
    ):
        assert answer.status_code == 404
        assert "too far" not in answer.content.decode()
    closed(world, ballot)
    objection = Objection.objects.get()
    assert "too far" in reader.get(url("answer_objection", objection.pk)).content.decode()


def _support(ballot: Ballot) -> dict[str, list[Certainty | None]]:
    found = by_role_of(Ballot.objects.get(pk=ballot.pk))
    assert found is not None
    return {
        each.option: [count.certainty if count else None for count in each.counts]
        for each in found.support
    }


@pytest.mark.parametrize("voters", [1, 7])
def test_the_few_of_a_role_who_voted_in_secret_are_not_told_by_what_they_left_empty(
    world: World, voters: int
) -> None:
    """“None” beside “fewer than 8” would say what each of so few ticked."""
    people = [*crowd(world, Role.PROVIDER), *crowd(world, Role.CARER)]
    ballot = an_open_ballot(world, secrecy=Secrecy.SECRET, listed=people)
    voting(ballot, [(each, ["2"]) for each in people[:8]])
    voting(ballot, [(each, ["1"]) for each in people[8 : 8 + voters]])
    closed(world, ballot)
    carers = {option: counts[0] for option, counts in _support(ballot).items()}
    assert set(carers.values()) == {Certainty.HIDDEN}


def test_a_small_role_in_a_secret_vote_is_not_what_is_left_of_the_whole(world: World) -> None:
    """The published list says that two ticked the third; that no carer did would name both."""
    people = [*crowd(world, Role.CARER), *crowd(world, Role.PROVIDER, 2)]
    ballot = an_open_ballot(world, secrecy=Secrecy.SECRET, listed=people)
    voting(ballot, [(each, ["1"]) for each in people[:8]])
    voting(ballot, [(each, ["3"]) for each in people[8:]])
    closed(world, ballot)
    assert all(counts == [None, Certainty.HIDDEN] for counts in _support(ballot).values())
    found = by_role_of(Ballot.objects.get(pk=ballot.pk))
    assert found is not None
    assert not found.ground  # its percent would tell the carers' count
    page = signed_in(world.carer).get(url("ballot", ballot.pk)).content.decode()
    assert "not shown" in page
    assert "Common ground is not shown for this vote" in page  # and not simply absent


def test_roles_that_are_large_enough_are_told_apart_in_a_secret_vote(world: World) -> None:
    people = [*crowd(world, Role.CARER), *crowd(world, Role.PROVIDER)]
    ballot = an_open_ballot(world, secrecy=Secrecy.SECRET, listed=people)
    voting(ballot, [(each, ["1"]) for each in people])
    closed(world, ballot)
    assert _support(ballot)["1"] == [Certainty.ABOUT, Certainty.ABOUT]
    assert _support(ballot)["2"] == [Certainty.NONE, Certainty.NONE]
    page = words_on(signed_in(world.carer), url("ballot", ballot.pk))
    assert "every role supports it" in page
    assert "Common ground is not shown" not in page


# -- voting for others, twice, with a forged form --------------------------------------------------


@pytest.mark.parametrize("secrecy", [Secrecy.SECRET, Secrecy.NAMED])
def test_cast_for_somebody_is_seen_by_whom_it_was_for(world: World, secrecy: Secrecy) -> None:
    """A worker who votes for people who never asked is found out by the first who looks."""
    ballot, people = a_secret_ballot(world, secrecy=secrecy)
    votes.cast_for_somebody(
        ballot=ballot,
        voter=people[0],
        choice=["1"],
        how=Channel.PHONE,
        by=world.provider,
        code=new_code(),
    )
    name = world.provider.display_name
    for page in ("ballot", "cast_ballot"):
        if page == "cast_ballot" and secrecy == Secrecy.NAMED:
            continue  # there they see their choice, and can change it
        text = signed_in(people[0]).get(url(page, ballot.pk)).content.decode()
        assert f"{name} entered your vote" in text
    closed(world, ballot)
    text = signed_in(people[0]).get(url("ballot", ballot.pk)).content.decode()
    assert f"{name} entered your vote" in text
    for other in (signed_in(people[1]), signed_in(world.facilitator), Client()):
        text = other.get(url("ballot", ballot.pk)).content.decode()
        assert "entered your vote" not in text


def test_cast_ballot_takes_no_code_of_another_ballot_and_none_that_a_voter_made(
    world: World,
) -> None:
    ballot, people = a_secret_ballot(world)
    other = an_open_ballot(world)
    voter = signed_in(people[0])
    for code in (rolls.fresh_code(other), "0" * 32, "0" * 32 + ":" + "A" * 43, "", "\x00"):
        answer = voter.post(
            url("cast_ballot", ballot.pk), {"chosen": ["1"], "sure": "1", "code": code}
        )
        assert answer.status_code == 422
    assert not SecretVote.objects.exists()
    assert not RollEntry.objects.filter(voted=True).exists()


HOSTILE = ["9" * 5000, "-1", "1.5", "１", "\x00", "\ud7ff", "<b>", "1,2", "[]", "1" * 19]


@pytest.mark.parametrize("method", list(BallotMethod))
def test_cast_ballot_refuses_whatever_a_form_cannot_say(world: World, method: BallotMethod) -> None:
    """Never an error page, never a vote outside of the rule."""
    ballot = an_open_ballot(world, method)
    voter = signed_in(world.carer)
    page = voter.get(url("cast_ballot", ballot.pk))
    names = set(page.context["form"].fields) | {"chosen", "choice", "order", "do", "pick"}
    for value in HOSTILE:
        for many in ([value], [value] * 300):
            sent = {"code": rolls.fresh_code(ballot), "sure": "1"} | dict.fromkeys(names, many)
            answer = voter.post(url("cast_ballot", ballot.pk), sent)
            assert answer.status_code in {200, 302, 400, 422}, (value, answer.status_code)
    for vote in NamedVote.objects.all():
        assert vote.choice == votes.checked(ballot, vote.choice)


def test_type_card_takes_a_code_however_it_is_typed(world: World) -> None:
    ballot = a_ballot_with_cards(world)
    code = rolls.card_codes(ballot)[0].code
    for typed in (code, code.lower(), code.replace("-", "/"), code.replace("-", "?"), f"../{code}"):
        answer = Client().post(reverse("codesign:type_card"), {"code": typed}, follow=True)
        assert answer.status_code == 200, typed
        assert ballot.question in answer.content.decode()


def test_type_card_counts_wrong_codes_by_who_really_sends_them(world: World) -> None:
    """A forged X-Forwarded-For gives nobody more tries."""
    ballot = a_ballot_with_cards(world)
    guesser = Client()
    answers = [
        guesser.post(
            reverse("codesign:type_card"),
            {"code": "AAAA-AAAA-AAAA-AAAA"},
            headers={"X-Forwarded-For": f"10.0.0.{number}"},
        ).status_code
        for number in range(15)
    ]
    assert answers[-1] == 429
    code = rolls.card_codes(ballot)[0].code
    assert guesser.get(reverse("codesign:cast_by_card", args=[code])).status_code == 429


# -- closed spaces and hidden words ----------------------------------------------------------------


def _pages(ballot: Ballot) -> list[str]:
    return [
        url("ballots"),
        url("ballot", ballot.pk),
        url("ballot_votes", ballot.pk),
        url("ballots_file", ballot.pk),
        url("ballot_option", ballot.pk, 1),
        url("practise_ballot", ballot.pk),
        reverse("content:trail", args=["norfolk", "ballot", ballot.pk]),
        reverse("content:trail_json", args=["norfolk", "ballot", ballot.pk]),
        reverse("portal:record", args=["norfolk"]),
        reverse("portal:notices", args=["norfolk"]),
    ]


def _copy(world: World, reader: Participant | None) -> str:
    out = io.BytesIO()
    record_export.write(world.partnership, out, reader=reader)
    with zipfile.ZipFile(out) as archive:
        return "".join(
            archive.read(name).decode()
            for name in archive.namelist()
            if name.endswith(("json", "jsonl"))
        )


def test_a_ballot_of_a_closed_space_is_nowhere_for_who_is_outside(world: World) -> None:
    space = a_space(world)
    ballot = an_open_ballot(
        world, BallotMethod.CONSENT, space=space, question="Shall Wobbledown shut?"
    )
    votes.cast_ballot(
        ballot=ballot,
        choice="object",
        objection="Zanzibarish reasons.",
        by=world.carer,
        code=new_code(),
    )
    closed(world, ballot, "Quokkas came.")
    objection_operations.answer_objection(
        objection=Objection.objects.get(), answer="Xylophonic answer.", by=world.facilitator
    )
    members.set_access(
        workspace=Workspace.objects.get(pk=space.pk),
        open_to=OpenTo.INVITATION,
        roles=[],
        visibility=Visibility.PARTNERSHIP,
        by=world.facilitator,
    )
    words = ("Wobbledown", "Zanzibarish", "Quokkas", "Xylophonic", "A café")
    outsider = world.person(Role.PROVIDER)
    control = _copy(world, None)
    assert all(word in control for word in words[:4])
    copied = _copy(world, outsider)
    assert not [word for word in words if word in copied]
    for client in (signed_in(outsider), Client()):
        for page in _pages(ballot):
            text = client.get(page, follow=True).content.decode()
            assert not [word for word in words if word in text], page
    inside = signed_in(world.facilitator)
    assert "Wobbledown" in inside.get(url("ballot", ballot.pk)).content.decode()


def test_hidden_words_of_an_option_are_nowhere_around_its_ballot(world: World) -> None:
    ballot = a_closed_ballot(world)
    option = ballot.options.get(place=1)
    moderation.hide_proposal(
        proposal=option.proposal,
        reason=HidingReason.NAMED,
        why="It names somebody.",
        by=world.moderator,
    )
    for client in (signed_in(world.service_user), signed_in(world.facilitator), Client()):
        for page in _pages(ballot):
            if page == reverse("portal:notices", args=["norfolk"]):
                continue
            text = client.get(page, follow=True).content.decode()
            assert "A café" not in text, page
    assert "A café" not in _copy(world, world.facilitator)


def test_who_has_voted_in_a_secret_ballot_is_not_told_by_looking_for_somebody_to_help(
    world: World,
) -> None:
    ballot, people = a_secret_ballot(world)
    voting(ballot, [(people[0], ["1"])])
    assert people[0] in rolls.to_be_helped(ballot)
    assert people[0] not in rolls.yet_to_vote(ballot)  # the control: reminders know
