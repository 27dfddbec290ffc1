"""Pages about ballots: setting one up, the list, results, the published votes, cards."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from codesign.enums import BallotMethod, BallotState, Secrecy
from codesign.models import Ballot, CountedVote, RollEntry, SecretVote
from codesign.operations import ballots as operations
from codesign.operations import objections, proposals, votes
from codesign.queries import rolls
from portal import clock, pdf, verify_record
from portal.enums import Role, Visibility
from portal.models import Participant, RecordEntry, ref
from tests.codesign import ballot as made
from tests.world import World, signed_in

pytestmark = pytest.mark.django_db
M = BallotMethod


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture(autouse=True)
def _nobody_has_tried_yet() -> None:
    cache.clear()


def url(name: str, ballot: Ballot, *more: object) -> str:
    return reverse(f"codesign:{name}", args=[ballot.partnership.slug, ballot.pk, *more])


def words(response: Any) -> str:
    return " ".join(strip_tags(response.content.decode()).split())


# -- setting one up --------------------------------------------------------------------------------


def new(world: World, space: Any, method: str = "") -> str:
    address = reverse("codesign:draft_ballot", args=["norfolk", space.pk])
    return f"{address}?method={method}" if method else address


def filled(*options: Any, **more: Any) -> dict[str, Any]:
    """What a facilitator sends for a vote by everybody, from now until next week."""
    today = timezone.localtime(clock.now())
    data: dict[str, Any] = {
        "question": "What comes first?",
        "about": "There is money for one.",
        "seats": "1",
        "secrecy": "named",
        "results_when": "at_close",
        "who": "roles",
        "roles": ["carer", "service_user"],
        "opens_on": today.date().isoformat(),
        "opens_time": "00:00",
        "closes_on": (today.date() + timedelta(days=7)).isoformat(),
        "closes_time": "20:30",
        "offered": [each.pk for each in options],
        **more,
    }
    data |= {f"option_{each.pk}": "on" for each in options}
    return {name: value for name, value in data.items() if value is not None}


MORE: dict[BallotMethod, dict[str, str]] = {
    M.TICK: {"pass_share": "50"},
    M.DOTS: {"dots": "8", "most_dots": "3"},
    M.CONSENT: {"pass_share": "", "review_on": "2099-01-01"},
    M.BUDGET: {"budget": "900", "share_carer": "60", "share_service_user": "40"},
    M.RANK_SEVERAL: {"seats": "2"},
}


@pytest.mark.parametrize("method", M)
def test_draft_ballot_by_each_method(world: World, method: BallotMethod) -> None:
    space = made.a_space(world)
    options = made.suggestions(world, space, 1 if method == M.CONSENT else 3)
    client = signed_in(world.facilitator)
    page = client.get(new(world, space, method.value))
    assert page.status_code == 200
    costs = {f"cost_{each.pk}": "300" for each in options} if method == M.BUDGET else {}
    sent = client.post(
        new(world, space, method.value),
        filled(*options, **MORE.get(method, {}), **costs, quorum="2", quorum_carer="1"),
    )
    assert sent.status_code == 302, words(sent)
    ballot = Ballot.objects.get()
    assert sent.url == url("open_ballot", ballot)
    assert (ballot.method, ballot.state) == (method, BallotState.DRAFT)
    assert (ballot.quorum, ballot.quorums) == (2, {"carer": 1})
    assert timezone.localtime(ballot.closes_at).strftime("%H:%M") == "20:30"
    assert {each.proposal for each in ballot.options.all()} == set(options)
    if method == M.BUDGET:
        assert (ballot.budget, ballot.shares) == (900, {"carer": 60, "service_user": 40})
        assert {each.cost for each in ballot.options.all()} == {300}
    if method == M.DOTS:
        assert (ballot.dots, ballot.most_dots) == (8, 3)
    if method == M.CONSENT:
        assert str(ballot.review_on) == "2099-01-01"
    # Looked over, changed, and opened.
    seen = client.get(url("open_ballot", ballot))
    assert "Nobody of these roles may vote: Provider, Commissioner and Partner." in words(seen)
    assert "2 people, as it is now." in words(seen)
    changed = client.get(url("edit_ballot", ballot))
    assert 'value="20:30"' in changed.content.decode()
    again = filled(*options, **MORE.get(method, {}), **costs, question="Which one?")
    assert client.post(url("edit_ballot", ballot), again).status_code == 302
    assert client.post(url("open_ballot", ballot)).status_code == 302
    ballot.refresh_from_db()
    assert (ballot.question, ballot.quorum, ballot.state) == ("Which one?", 0, BallotState.OPEN)
    assert client.get(url("open_ballot", ballot)).status_code == 302
    assert client.get(url("edit_ballot", ballot)).status_code == 409


def test_draft_ballot_asks_for_the_method_first(world: World) -> None:
    space = made.a_space(world)
    client = signed_in(world.facilitator)
    page = client.get(new(world, space))
    assert "How should people vote?" in words(page)
    assert "Everybody ticks all they support." in words(page)
    assert reverse("codesign:practise_method", args=["norfolk", "pairs"]) in page.content.decode()
    assert "Please choose from the list." in words(client.get(new(world, space, "shouting")))


@pytest.mark.parametrize(
    ("method", "more", "says"),
    [
        (M.TICK, {"question": ""}, "Please answer “What is the question?”."),
        (M.TICK, {"roles": []}, "Choose at least one role."),
        (M.TICK, {"who": "listed"}, "Choose at least one person."),
        (M.TICK, {"who": "cards"}, "Paper cards go with a secret vote with paper cards"),
        (M.TICK, {"who": "cards", "secrecy": "cards"}, "Say how many cards you need."),
        (M.TICK, {"secrecy": "secret", "results_when": "after_voting"}, "in named votes only"),
        (M.TICK, {"closes_on": "2020-01-01"}, "It has to close after it opens."),
        (
            M.TICK,
            {"opens_on": "2020-01-01", "closes_on": "2020-01-02"},
            "Choose a day and time that are still to come.",
        ),
        (M.TICK, {"closes_time": "late"}, "Please write a time like 14:30."),
        (M.TICK, {"offered": []}, "Choose at least two that people can choose between."),
        (M.TICK, {"seats": "9"}, "Say how many are to be chosen"),
        (M.CONSENT, {}, "Choose exactly one way forward"),
        (M.BUDGET, {"budget": "900"}, "Please write what it costs."),
        (M.DOTS, {"dots": "3", "most_dots": "4"}, "Nobody has as many dots as that."),
    ],
)
def test_draft_ballot_says_kindly_what_is_wrong(
    world: World, method: BallotMethod, more: dict[str, Any], says: str
) -> None:
    space = made.a_space(world)
    options = made.suggestions(world, space, 2)
    response = signed_in(world.facilitator).post(
        new(world, space, method.value), filled(*options, **more)
    )
    assert response.status_code == 422
    assert says in words(response)
    assert "There is a problem" in words(response)
    assert not Ballot.objects.exists()


def test_draft_ballot_offers_the_shortlist_and_finds_others(world: World) -> None:
    space = made.a_space(world)
    first, second, third = made.suggestions(world, space, 3)
    proposals.shortlist_proposal(proposal=first, reason="Many want it.", by=world.facilitator)
    client = signed_in(world.facilitator)
    page = client.get(new(world, space, "tick")).content.decode()
    assert re.search(rf'name="option_{first.pk}"[^>]* checked', page)
    assert f"option_{second.pk}" not in page
    looked = client.post(
        new(world, space, "tick"),
        filled(first, look="1", find="choir", question="Kept?", closes_time="half past"),
    )
    html = looked.content.decode()
    assert looked.status_code == 200
    assert re.search(rf'name="option_{first.pk}"[^>]* checked', html)
    assert f'name="option_{third.pk}"' in html
    assert not re.search(rf'name="option_{third.pk}"[^>]* checked', html)
    assert 'value="Kept?"' in html
    assert 'value="half past"' in html
    assert "There is a problem" not in words(looked)
    person = client.post(new(world, space, "tick"), filled(first, look="1", find_person="kite"))
    assert "Blue Kite, Carer" in words(person)
    sent = client.post(
        new(world, space, "tick"),
        filled(first, third, who="listed", person=[world.guest.pk], listed=[str(world.guest.pk)]),
    )
    assert sent.status_code == 302, words(sent)
    assert list(Ballot.objects.get().listed.all()) == [world.guest]


def test_open_ballot_says_why_it_cannot_be_opened(world: World) -> None:
    ballot = made.a_ballot(world, secrecy=Secrecy.SECRET, listed=[world.carer, world.partner])
    client = signed_in(world.facilitator)
    response = client.post(url("open_ballot", ballot))
    assert response.status_code == 409
    assert "A secret vote needs at least 8 people" in words(response)
    assert signed_in(world.carer).get(ballot.get_absolute_url()).status_code == 404
    assert "This is a draft." in words(client.get(ballot.get_absolute_url()))


# -- lists, and the ballot's page ------------------------------------------------------------------


@pytest.mark.parametrize("each", [1, 3])
def test_ballots_cost_the_same_for_one_and_for_three(
    world: World, each: int, django_assert_num_queries: Any
) -> None:
    space = made.a_space(world)
    later = clock.now() + timedelta(days=2)
    for _number in range(each):
        made.an_open_ballot(world, space=space)
        made.an_open_ballot(world, space=space, opens_at=later)
        made.a_closed_ballot(world, space=space)
        made.a_ballot(world, space=space)
    client = signed_in(world.facilitator)
    address = reverse("codesign:ballots", args=["norfolk"])
    client.get(address)
    with django_assert_num_queries(10):
        page = client.get(address)
    assert len(re.findall(">Vote now<", page.content.decode())) == each
    for heading in ("Open now", "Coming", "Over", "Being set up"):
        assert heading in words(page)
    visitor = words(Client().get(address))
    assert "Being set up" not in visitor
    assert "Vote now" not in visitor


@pytest.mark.parametrize("each", [1, 3])
def test_ballot_costs_the_same_for_few_options_and_many(
    world: World, each: int, django_assert_num_queries: Any
) -> None:
    client = signed_in(world.carer)
    ballot = made.an_open_ballot(world, options=each + 1)
    client.get(ballot.get_absolute_url())
    with django_assert_num_queries(12):
        client.get(ballot.get_absolute_url())
    with django_assert_num_queries(10):
        client.get(url("cast_ballot", ballot))
    made.voting(ballot, [(world.carer, ["1"]), (world.partner, ["2"])][: min(each, 2)])
    closed = made.closed(world, ballot)
    client.get(closed.get_absolute_url())
    with django_assert_num_queries(19):
        client.get(closed.get_absolute_url())
    with django_assert_num_queries(11):
        client.get(url("ballot_votes", closed))


def test_ballot_shows_how_it_stands_to_those_who_have_voted(world: World) -> None:
    ballot = made.an_open_ballot(world, results_when="after_voting")
    client = signed_in(world.carer)
    assert "How it stands now" not in words(client.get(ballot.get_absolute_url()))
    made.voting(ballot, [(world.carer, ["1"])])
    seen = words(client.get(ballot.get_absolute_url()))
    assert "How it stands now" in seen
    assert "1 person has voted so far." in seen
    assert "How it stands now" not in words(signed_in(world.partner).get(ballot.get_absolute_url()))
    quiet = made.an_open_ballot(world)
    made.voting(quiet, [(world.carer, ["1"])])
    assert "How it stands now" not in words(client.get(quiet.get_absolute_url()))


CHOICES: dict[BallotMethod, tuple[list[Any], str]] = {
    M.TICK: ([["1"], ["1", "2"], ["3"]], "“A café” was chosen: 2 of 3 ticked it."),
    M.DOTS: (
        [{"1": 5}, {"1": 2, "2": 4}, {"3": 1}],
        "“A café” was chosen: 7 dots from 2 of 3 people.",
    ),
    M.SCORE: ([{"1": 5}, {"1": 4, "2": 2}, {"3": 1}], "was chosen: 4.50 of 5 on average"),
    M.CONSENT: (
        ["agree", "agree", "abstain"],
        "“A café” was agreed: 2 agree, 1 stand aside, 0 disagree and 0 object.",
    ),
    M.RANK_ONE: (
        [["1", "2"], ["1"], ["3", "1"]],
        "“A café” was chosen: against each other one, more people put it above.",
    ),
    M.RANK_SEVERAL: ([["1", "2"], ["1", "2"], ["3"]], "These were chosen: “A café”."),
    M.BUDGET: (
        [["1"], ["1", "2"], ["3"]],
        "“A café” and “A choir”: the money goes to these. They cost £1,000 of £1,000.",
    ),
    M.PAIRS: (
        [[["1", "2"]], [["1", "3"], ["2", "3"]], [["3", "2"]]],
        "“A café” was chosen: it came first in 2 of 2 pairs.",
    ),
}


@pytest.mark.parametrize("method", M)
def test_results_of_each_method(world: World, method: BallotMethod) -> None:
    ballot = made.an_open_ballot(world, method)
    choices, sentence = CHOICES[method]
    people = [world.carer, world.service_user, world.partner]
    made.voting(ballot, list(zip(people, choices, strict=True)))
    ballot = made.closed(world, ballot)
    client = signed_in(world.carer)
    page = client.get(ballot.get_absolute_url())
    text = words(page)
    assert sentence in text
    assert "3 of 10 voted." in text
    html = page.content.decode()
    assert html.count('role="img"') == 1
    assert ballot.ballots_hash in html
    assert ballot.fingerprint in html
    assert "fewer than 8" in text  # every role here is small
    assert "Exactly how it was counted" in text
    if method == M.RANK_ONE:
        assert "How many put the one in the line above" in text
    if method == M.RANK_SEVERAL:
        assert "Votes after each round. A place needs" in text
        assert "The line is what a place needs: 2." in text
    if method == M.BUDGET:
        assert "Only this vote’s rule chooses: A choir." in text
        assert "Only the plain way would choose: Longer breaks." in text
    for place in range(1, ballot.options.count() + 1):
        option = client.get(url("ballot_option", ballot, place))
        assert re.search("Why it was (not )?chosen", words(option))
    assert "What you chose" in text
    assert re.search("What became of what was chosen .*A café: chosen.", text)
    assert "What you chose" not in words(Client().get(ballot.get_absolute_url()))
    every = client.get(url("ballot_votes", ballot))
    assert "Maureen" in words(every)
    assert "Find it" not in words(every)
    assert "Maureen" not in words(Client().get(url("ballot_votes", ballot)))
    assert Client().get(url("ballot_votes", ballot)).status_code == 200


def test_the_picture_of_several_places_says_which_was_filled_first(world: World) -> None:
    """A later bar can be the longest: what the first had to spare was passed on."""
    ballot = made.an_open_ballot(world, M.RANK_SEVERAL, seats=2)
    choices = [["1", "2"], ["1", "2"], ["1", "2"], ["3"]]
    people = [world.carer, world.service_user, world.partner, world.provider]
    made.voting(ballot, list(zip(people, choices, strict=True)))
    page = signed_in(world.carer).get(made.closed(world, ballot).get_absolute_url())
    html = page.content.decode()
    assert re.search(r">A café</text>.*?>2, place 1</text>", html)
    assert html.index(", place 1</text>") < html.index(", place 2</text>")


def test_ballots_file_is_what_was_hashed(world: World) -> None:
    ballot = made.a_closed_ballot(world)
    sent = Client().get(url("ballots_file", ballot))
    assert sent["Content-Disposition"] == f'attachment; filename="ballot-{ballot.pk}.json"'
    assert verify_record.ballots_hash(json.loads(sent.content)) == ballot.ballots_hash
    still_open = made.an_open_ballot(world)
    for name in ("ballots_file", "ballot_votes"):
        assert signed_in(world.facilitator).get(url(name, still_open)).status_code == 404


def test_ballot_votes_finds_ones_own_by_its_code(world: World) -> None:
    ballot, people = made.a_secret_ballot(world)
    codes = made.voting(ballot, [(each, ["1"] if n else ["2"]) for n, each in enumerate(people)])
    ballot = made.closed(world, ballot)
    client = signed_in(people[0])
    address = url("ballot_votes", ballot)
    typed = " ".join(codes[0][at : at + 4] for at in range(0, 32, 4)).upper()
    found = client.post(address, {"code": typed})
    assert found.status_code == 200
    assert "This vote was counted" in words(found)
    assert "Longer breaks: not chosen." in words(found)
    assert codes[0] not in str(client.cookies) + str(dict(client.session))
    for wrong in ("", "f" * 32, "x", "ſ" * 32):
        assert client.post(address, {"code": wrong}).status_code == 422
    assert "This vote was counted" not in words(client.get(address))
    assert CountedVote.objects.filter(ballot=ballot).count() == 8


def test_annulled_ballots_say_so_and_lead_to_the_repeat(world: World) -> None:
    ballot = made.a_closed_ballot(world)
    client = signed_in(world.facilitator)
    empty = client.post(url("annul_ballot", ballot), {"reason": " "})
    assert empty.status_code == 422
    sent = client.post(url("annul_ballot", ballot), {"reason": "Two were missing."})
    assert sent.status_code == 302
    seen = words(Client().get(ballot.get_absolute_url()))
    assert "This vote was annulled" in seen
    assert "It does not hold." in seen
    assert "Two were missing." in seen
    assert "It was held again here" not in seen
    again = client.post(url("repeat_ballot", ballot))
    repeat = Ballot.objects.get(repeats=ballot)
    assert again.url == url("edit_ballot", repeat)
    assert "It was held again here" in words(client.get(ballot.get_absolute_url()))
    assert "It was held again here" not in words(Client().get(ballot.get_absolute_url()))
    operations.open_ballot(ballot=repeat, by=world.facilitator)
    assert "It was held again here" in words(Client().get(ballot.get_absolute_url()))
    assert "The first one was annulled" in words(Client().get(repeat.get_absolute_url()))


def test_close_ballot_early_says_that_a_secret_vote_needs_more_votes(world: World) -> None:
    ballot, people = made.a_secret_ballot(world)
    made.voting(ballot, [(people[0], ["1"])])
    client = signed_in(world.facilitator)
    rule = "only once 8 people have voted"
    assert rule in words(client.get(url("close_ballot", ballot)))
    sent = client.post(url("close_ballot", ballot), {"reason": "We know enough."})
    assert sent.status_code == 422
    assert "Fewer than 8 have voted." in words(sent)
    named = made.an_open_ballot(world)
    assert rule not in words(client.get(url("close_ballot", named)))


def test_a_ballot_that_chose_nothing_leads_to_its_repeat(world: World) -> None:
    ballot = made.a_closed_ballot(world, {"carer": ["1"]}, quorum=2)
    client = signed_in(world.facilitator)
    assert "Hold it again" in words(client.get(ballot.get_absolute_url()))
    assert "Hold it again" not in words(signed_in(world.carer).get(ballot.get_absolute_url()))
    assert client.post(url("repeat_ballot", ballot)).status_code == 302
    repeat = Ballot.objects.get(repeats=ballot)
    operations.open_ballot(ballot=repeat, by=world.facilitator)
    seen = words(Client().get(ballot.get_absolute_url()))
    assert "This vote chose nothing. It was held again here" in seen
    assert "Hold it again" not in words(client.get(ballot.get_absolute_url()))
    assert "The first one chose nothing" in words(Client().get(repeat.get_absolute_url()))


def test_close_ballot_early_needs_a_reason(world: World) -> None:
    ballot = made.an_open_ballot(world)
    client = signed_in(world.facilitator)
    assert "Close the vote early" in words(client.get(url("close_ballot", ballot)))
    assert client.post(url("close_ballot", ballot), {"reason": ""}).status_code == 422
    assert client.post(url("close_ballot", ballot), {"reason": "All voted."}).status_code == 302
    ballot.refresh_from_db()
    assert ballot.state == BallotState.CLOSED
    late = client.post(url("close_ballot", ballot), {"reason": "Again."})
    assert "closed already" in words(late)


def test_add_to_roll_and_remind_voters(world: World) -> None:
    ballot = made.an_open_ballot(world, listed=[world.carer, world.partner])
    client = signed_in(world.facilitator)
    page = client.get(url("add_to_roll", ballot))
    assert f'<option value="{world.carer.pk}"' not in page.content.decode()
    data = {"participant": world.service_user.pk, "reason": "Came back from hospital."}
    assert client.post(url("add_to_roll", ballot), {**data, "reason": ""}).status_code == 422
    assert client.post(url("add_to_roll", ballot), data).status_code == 302
    assert RollEntry.objects.filter(ballot=ballot, participant=world.service_user).exists()
    outsider = World(slug="other").carer
    assert (
        client.post(url("add_to_roll", ballot), {**data, "participant": outsider.pk}).status_code
        == 422
    )
    assert client.post(url("remind_voters", ballot)).status_code == 302
    assert client.post(url("remind_voters", ballot)).status_code == 409


def test_answer_objection_stands_beside_it(world: World) -> None:
    ballot = made.an_open_ballot(world, M.CONSENT)
    votes.cast_ballot(
        ballot=ballot,
        choice="object",
        objection="Nobody can <b>get</b> there.",
        by=world.carer,
        code=made.new_code(),
    )
    objection = ballot.objections.get()
    address = reverse("codesign:answer_objection", args=["norfolk", objection.pk])
    client = signed_in(world.facilitator)
    early = client.post(address, {"answer": "There is a bus."})
    assert early.status_code == 404  # until then reasons are nobody's to read
    ballot = made.closed(world, ballot)
    objection = ballot.objections.get()
    address = reverse("codesign:answer_objection", args=["norfolk", objection.pk])
    assert "was not agreed" in words(client.get(ballot.get_absolute_url()))
    assert "&lt;b&gt;get&lt;/b&gt;" in client.get(address).content.decode()
    assert client.post(address, {"answer": "There is a bus."}).status_code == 302
    seen = words(Client().get(ballot.get_absolute_url()))
    assert "There is a bus." in seen
    assert "Maureen" not in seen
    assert signed_in(world.carer).get(address).status_code == 403
    with pytest.raises(objections.UnableToAnswerObjection):
        objections.answer_objection(objection=objection, answer="Twice.", by=world.facilitator)


def test_ballots_of_a_private_space_are_not_there_for_visitors() -> None:
    world = World(visibility=Visibility.PARTNERSHIP)
    ballot = made.a_closed_ballot(world)
    for name in ("ballot", "ballot_votes", "ballots_file"):
        assert Client().get(url(name, ballot)).status_code == 302
        assert signed_in(world.carer).get(url(name, ballot)).status_code == 200


# -- where people look for it ----------------------------------------------------------------------


def test_open_ballots_are_where_people_look(world: World) -> None:
    ballot = made.an_open_ballot(world)
    client = signed_in(world.carer)
    proposal = ballot.options.get(place=1).proposal
    space = ballot.workspace.get_absolute_url()
    mine = reverse("content:mine", args=["norfolk"])
    assert "You can vote What comes first?" in words(client.get(mine))
    assert url("cast_ballot", ballot) in client.get(space).content.decode()
    assert url("cast_ballot", ballot) not in Client().get(space).content.decode()
    assert "It is in a vote What comes first? Open now" in words(
        client.get(proposal.get_absolute_url())
    )
    made.voting(ballot, [(world.carer, ["1"])])
    assert "You can vote What comes first?" not in words(client.get(mine))
    assert "You have voted." in words(client.get(space))
    made.closed(world, ballot)
    seen = words(client.get(proposal.get_absolute_url()))
    assert "It was chosen. Why?" in seen
    assert url("cast_ballot", ballot) not in client.get(space).content.decode()
    other = ballot.options.get(place=2).proposal
    assert "It was not chosen. Why?" in words(client.get(other.get_absolute_url()))


# -- paper cards -----------------------------------------------------------------------------------


def test_cards_are_printed_and_the_record_says_so(world: World) -> None:
    ballot = made.a_ballot_with_cards(world, {"carer": 13})
    client = signed_in(world.facilitator)
    assert "13 cards, twelve on a page." in words(client.get(url("print_cards", ballot)))
    assert not RecordEntry.objects.filter(kind="cards_printed").exists()
    page = client.post(url("print_cards", ballot), {"page": "1"})
    codes = re.findall(r'tl-votecard__code">([^<]+)<', page.content.decode())
    assert codes == [card.code for card in rolls.card_codes(ballot)]
    assert page.content.decode().count('class="tl-votecards"') == 2
    assert page["Cache-Control"] == "no-store, private"
    assert RecordEntry.objects.filter(kind="cards_printed", subject=ref(ballot)).count() == 1
    assert signed_in(world.carer).post(url("print_cards", ballot)).status_code == 403
    if pdf.can_print():
        printed = client.post(url("print_cards", ballot))
        assert printed["Content-Type"] == "application/pdf"
        assert printed.content.startswith(b"%PDF")
        assert len(re.findall(rb"/Type /Page\b", printed.content)) in {0, 2}


def card_form(page: Any) -> dict[str, Any]:
    [code] = re.findall(r'name="code" value="([^"]+)"', page.content.decode())
    return {"code": code}


def test_cast_by_card_once_and_without_an_account(world: World) -> None:
    ballot = made.a_ballot_with_cards(world)
    code = rolls.card_codes(ballot)[0].code
    client = Client()
    typed = client.post(reverse("codesign:type_card"), {"code": code.lower().replace("-", " ")})
    assert typed.status_code == 302
    address = typed.url
    page = client.get(address)
    assert page.status_code == 200
    # With "no-referrer" browsers would post without an origin, and the CSRF check would refuse it.
    assert page["Referrer-Policy"] == "same-origin"
    assert not SecretVote.objects.exists()
    data = {**card_form(page), "chosen": ["2"]}
    assert "A secret vote is final." in words(client.post(address, data))
    receipt = client.post(address, {**data, "sure": "1"})
    assert "Your vote is cast" in words(receipt)
    assert SecretVote.objects.get(ballot=ballot).choice == ["2"]
    assert "Your vote is cast" in words(client.post(address, {**data, "sure": "1"}))
    assert "This card has been used." in words(client.get(address))
    other = {"chosen": ["1"], "sure": "1", "code": rolls.fresh_code(ballot)}
    assert "This card has been used." in words(client.post(address, other))
    assert SecretVote.objects.count() == 1


def test_wrong_cards_are_all_alike_and_limited(world: World, caplog: Any) -> None:
    ballot = made.a_ballot_with_cards(world)
    good = rolls.card_codes(ballot)[0].code
    client = Client()
    answers = set()
    for wrong in (good[:-1] + ("2" if good[-1] != "2" else "3"), "x", "2222-2222-2222-2222"):
        page = client.get(reverse("codesign:cast_by_card", args=[wrong]))
        answers.add((page.status_code, re.sub(r"\s+", " ", words(page))))
    assert {status for status, _text in answers} == {404}
    assert len({text for _status, text in answers}) == 1
    for _try in range(8):
        last = client.post(reverse("codesign:type_card"), {"code": "3333-3333-3333-3333"})
    assert last.status_code == 429
    assert client.get(reverse("codesign:cast_by_card", args=[good])).status_code == 429
    assert "too many tries: card" in caplog.text


def test_cards_say_why_they_cannot_be_used_now(world: World) -> None:
    coming = made.a_ballot_with_cards(world, opens_at=clock.now() + timedelta(days=1))
    page = Client().get(reverse("codesign:cast_by_card", args=[rolls.card_codes(coming)[0].code]))
    assert "This vote has not begun yet." in words(page)
    assert "Keep your card." in words(page)
    over = made.a_ballot_with_cards(world)
    code = rolls.card_codes(over)[0].code
    made.closed(world, over)
    page = Client().get(reverse("codesign:cast_by_card", args=[code]))
    assert "has closed" in words(page)
    assert over.get_absolute_url() in page.content.decode()
    assert Role.CARER in {card.role for card in rolls.card_codes(over)}


def test_a_card_opens_nothing_else_of_a_private_partnership() -> None:
    world = World(visibility=Visibility.PARTNERSHIP)
    ballot = made.a_ballot_with_cards(world)
    page = (
        Client()
        .get(reverse("codesign:cast_by_card", args=[rolls.card_codes(ballot)[0].code]))
        .content.decode()
    )
    assert "A café" in page
    assert "/p/norfolk/" not in page
    assert Participant.objects.count() > 0
