"""Voting as people meet it: a form for each method, being sure, receipts, practice, help, cards."""

import re
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from codesign.enums import BallotMethod, HidingReason, ObjectionKind, Secrecy
from codesign.models import Ballot, NamedVote, Objection, RollEntry, SecretVote
from codesign.operations import ballots, closing, moderation, proposals
from codesign.queries import rolls
from portal.models import Participant, PostedOnce
from tests.codesign import ballot as made
from tests.world import World, signed_in

pytestmark = pytest.mark.django_db
M = BallotMethod


@pytest.fixture
def world() -> World:
    return World()


def url(name: str, ballot: Ballot, *more: object) -> str:
    return reverse(f"codesign:{name}", args=[ballot.partnership.slug, ballot.pk, *more])


def words(response: Any) -> str:
    return " ".join(strip_tags(response.content.decode()).split())


def hidden(response: Any, name: str) -> list[str]:
    """Values of hidden fields, as a browser would send them back."""
    found = re.findall(
        r'<input type="hidden" name="([^"]+)" value="([^"]*)">', response.content.decode()
    )
    return [value.replace("&gt;", ">") for each, value in found if each == name]


def code_on(response: Any) -> str:
    [code] = hidden(response, "code")
    return code


def everything_hidden(response: Any) -> dict[str, list[str]]:
    found = re.findall(
        r'<input type="hidden" name="([^"]+)" value="([^"]*)">', response.content.decode()
    )
    sent: dict[str, list[str]] = {}
    for name, value in found:
        if name != "next":
            sent.setdefault(name, []).append(value.replace("&gt;", ">"))
    return sent


def vote(client: Client, ballot: Ballot, data: dict[str, Any]) -> Any:
    """Fill in the form as its page is now, and send it."""
    page = client.get(url("cast_ballot", ballot))
    assert page.status_code == 200
    return client.post(url("cast_ballot", ballot), {"code": code_on(page), **data})


FILLED: dict[BallotMethod, tuple[dict[str, Any], Any]] = {
    M.TICK: ({"chosen": ["3", "1"]}, ["1", "3"]),
    M.DOTS: ({"dots_1": "4", "dots_2": "", "dots_3": "1"}, {"1": 4, "3": 1}),
    M.SCORE: ({"score_1": "5", "score_2": "", "score_3": "2"}, {"1": 5, "3": 2}),
    M.CONSENT: ({"answer": "abstain"}, "abstain"),
    M.RANK_ONE: ({"rank_1": "2", "rank_2": "1", "rank_3": ""}, ["2", "1"]),
    M.RANK_SEVERAL: ({"rank_1": "7", "rank_3": "1"}, ["3", "1"]),
    M.BUDGET: ({"chosen": ["2"]}, ["2"]),
    M.PAIRS: ({"told": ["3>1", "1=2"]}, [["3", "1"]]),
}


@pytest.mark.parametrize("method", M)
def test_cast_ballot_keeps_what_each_form_says(world: World, method: BallotMethod) -> None:
    ballot = made.an_open_ballot(world, method)
    data, choice = FILLED[method]
    client = signed_in(world.carer)
    response = vote(client, ballot, data)
    assert response.status_code == 302, words(response)
    assert response.url == ballot.get_absolute_url()
    assert NamedVote.objects.get(ballot=ballot).choice == choice
    again = client.get(url("cast_ballot", ballot))
    assert "You have voted. What you chose stands below" in words(again)


@pytest.mark.parametrize(
    ("method", "data", "says"),
    [
        (M.TICK, {}, "You have chosen nothing yet."),
        (M.TICK, {"chosen": ["1"], "nothing": "on"}, "Please do one or the other."),
        (M.TICK, {"chosen": ["9"]}, "Please choose from the list."),
        (M.DOTS, {"dots_1": "5", "dots_2": "5", "dots_3": "2"}, "You gave out 2 dots too many."),
        (M.DOTS, {"dots_1": "6"}, "Give at most 5 dots to one."),
        (M.DOTS, {"dots_1": "-1"}, "not less than none"),
        (M.DOTS, {"dots_1": "many"}, "Please write a whole number."),
        (M.SCORE, {"score_1": "6"}, "Please choose from the list."),
        (M.SCORE, {}, "You have chosen nothing yet."),
        (M.CONSENT, {}, "Please choose one of the four answers."),
        (M.CONSENT, {"answer": "object"}, "Please say why, so that it can be answered."),
        (M.CONSENT, {"answer": "disagree", "reason": "  "}, "Please say why"),
        (M.RANK_ONE, {"rank_1": "1", "rank_2": "1"}, "have the same number. Give each its own."),
        (M.RANK_ONE, {"rank_1": "0"}, "Please write a number from 1 up."),
        (M.RANK_SEVERAL, {}, "You have chosen nothing yet."),
        (M.BUDGET, {}, "You have chosen nothing yet."),
        (M.PAIRS, {"told": ["1>1", "1>99", "x"]}, "Please choose in at least one pair first."),
    ],
)
def test_cast_ballot_says_kindly_what_is_wrong(
    world: World, method: BallotMethod, data: dict[str, Any], says: str
) -> None:
    ballot = made.an_open_ballot(world, method)
    response = vote(signed_in(world.carer), ballot, data)
    assert response.status_code == 422
    assert says in words(response)
    assert "There is a problem" in words(response)
    assert not RollEntry.objects.filter(ballot=ballot, voted=True).exists()


def test_cast_ballot_loses_nothing_that_was_filled_in(world: World) -> None:
    ballot = made.an_open_ballot(world, M.DOTS)
    response = vote(signed_in(world.carer), ballot, {"dots_1": "5", "dots_2": "6"})
    page = response.content.decode()
    assert re.search(r'name="dots_1"[^>]*value="5"|value="5"[^>]*name="dots_1"', page)
    assert re.search(r'name="dots_2"[^>]*value="6"|value="6"[^>]*name="dots_2"', page)
    consent = made.an_open_ballot(world, M.CONSENT)
    response = vote(signed_in(world.carer), consent, {"reason": "It is <b>too</b> dear."})
    assert "It is &lt;b&gt;too&lt;/b&gt; dear." in response.content.decode()


def test_cast_ballot_of_nothing_counts_as_taking_part(world: World) -> None:
    ballot = made.an_open_ballot(world)
    client = signed_in(world.carer)
    assert vote(client, ballot, {"nothing": "on"}).status_code == 302
    assert NamedVote.objects.get(ballot=ballot).choice == []
    page = client.get(url("cast_ballot", ballot)).content.decode()
    assert re.search(r'name="nothing"[^>]*checked|checked[^>]*name="nothing"', page)


def test_cast_ballot_keeps_the_reason_beside_an_objection(world: World) -> None:
    ballot = made.an_open_ballot(world, M.CONSENT)
    client = signed_in(world.carer)
    vote(client, ballot, {"answer": "object", "reason": "Nobody can get there."})
    objection = Objection.objects.get(ballot=ballot)
    assert (objection.kind, objection.words) == (ObjectionKind.OBJECT, "Nobody can get there.")
    assert objection.by == world.carer
    assert "Nobody can get there." in client.get(url("cast_ballot", ballot)).content.decode()
    vote(client, ballot, {"answer": "agree", "reason": "Nobody can get there."})
    assert not Objection.objects.filter(ballot=ballot).exists()


def test_cast_ballot_is_changed_until_the_end(world: World) -> None:
    ballot = made.an_open_ballot(world)
    client = signed_in(world.carer)
    vote(client, ballot, {"chosen": ["1"]})
    page = client.get(url("cast_ballot", ballot)).content.decode()
    assert len(re.findall(r'name="chosen"[^>]* checked', page)) == 1
    vote(client, ballot, {"chosen": ["2", "3"]})
    assert NamedVote.objects.get(ballot=ballot).choice == ["2", "3"]


def test_cast_ballot_needs_a_code_of_ours(world: World) -> None:
    ballot = made.an_open_ballot(world)
    other = made.an_open_ballot(world)
    client = signed_in(world.carer)
    theirs = code_on(client.get(url("cast_ballot", other)))
    for code in ("", "0" * 32, theirs, theirs[:-1]):
        response = client.post(url("cast_ballot", ballot), {"chosen": ["1"], "code": code})
        assert response.status_code == 422
        assert "Please send it once more" in words(response)
        fresh = code_on(response)
        assert rolls.read_code(ballot, fresh)
    assert not NamedVote.objects.exists()
    assert (
        client.post(url("cast_ballot", ballot), {"chosen": ["1"], "code": fresh}).status_code == 302
    )


def test_cast_ballot_for_those_who_may_not(world: World) -> None:
    ballot = made.an_open_ballot(world, listed=[world.carer, world.service_user])
    for person in (world.partner, world.guest):
        page = signed_in(person).get(url("cast_ballot", ballot))
        assert "You are not on the list of those who may vote here." in words(page)
        assert 'name="chosen"' not in page.content.decode()
        sent = signed_in(person).post(
            url("cast_ballot", ballot),
            {"chosen": ["1"], "sure": "1", "code": rolls.fresh_code(ballot)},
        )
        assert sent.status_code == 422
    closing.close_ballot(ballot=ballot, by=world.facilitator, reason="Enough.")
    page = signed_in(world.carer).get(url("cast_ballot", ballot))
    assert "has closed" in words(page)
    assert not NamedVote.objects.exists()


def test_cast_ballot_shows_options_in_an_order_of_ones_own(world: World) -> None:
    people = made.crowd(world, number=12)
    ballot = made.an_open_ballot(world, options=6)

    def order(person: Participant) -> list[str]:
        page = signed_in(person).get(url("cast_ballot", ballot)).content.decode()
        return re.findall(r'name="chosen" value="(\d)"', page)

    assert order(people[0]) == order(people[0])
    assert len({tuple(order(each)) for each in people}) > 6
    assert {tuple(sorted(order(each))) for each in people} == {tuple("123456")}


def test_cast_ballot_shows_hidden_words_nowhere(world: World) -> None:
    ballot = made.an_open_ballot(world)
    option = ballot.options.get(place=2)
    moderation.hide_proposal(
        proposal=option.proposal,
        reason=HidingReason.NAMED,
        why="It names a worker.",
        by=world.moderator,
    )
    client = signed_in(world.carer)
    for page in (client.get(url("cast_ballot", ballot)), client.get(ballot.get_absolute_url())):
        assert option.title not in page.content.decode()
        assert "A suggestion whose words are hidden" in words(page)
    assert option.title not in client.get(url("ballot_option", ballot, 2)).content.decode()


# -- helping to fill it in, without a script -------------------------------------------------------


def test_rank_by_moving(world: World) -> None:
    ballot = made.an_open_ballot(world, M.RANK_ONE)
    client = signed_in(world.carer)
    address = url("cast_ballot", ballot)

    def press(do: str, **typed: str) -> dict[str, str]:
        page = client.post(address, {"do": do, **typed})
        assert page.status_code == 200
        html = page.content.decode()
        assert "There is a problem" not in html
        found = {}
        for tag in re.findall(r"<input type=\"number\"[^>]*>", html):
            name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]+)"', tag)
            if name and value:
                found[name[1]] = value[1]
        return found

    now = press("in-2")
    assert now == {"rank_2": "1"}
    now = press("in-3", **now)
    assert now == {"rank_2": "1", "rank_3": "2"}
    now = press("up-3", **now)
    assert now == {"rank_3": "1", "rank_2": "2"}
    now = press("up-3", **now)
    assert now == {"rank_3": "1", "rank_2": "2"}
    now = press("down-3", **now)
    assert now == {"rank_2": "1", "rank_3": "2"}
    now = press("out-2", **now)
    assert now == {"rank_3": "1"}
    assert press("arrange", rank_1="9", rank_2="4", rank_3="x") == {"rank_2": "1", "rank_1": "2"}
    assert press("up-99", **now) == now
    assert vote(client, ballot, now).status_code == 302
    assert NamedVote.objects.get(ballot=ballot).choice == ["3"]


def test_pairs_are_asked_until_it_is_enough(world: World) -> None:
    ballot = made.an_open_ballot(world, M.PAIRS)
    client = signed_in(world.carer)
    address = url("cast_ballot", ballot)
    page = client.get(address)
    assert "0 of 3 pairs" in words(page)
    assert "Cast my vote" not in words(page)
    picked = []
    for done in (1, 2, 3):
        picks = re.findall(r'name="pick" value="([^"]+)"', page.content.decode())
        picked.append(picks[0].replace("&gt;", ">"))
        page = client.post(address, {"told": hidden(page, "told"), "pick": picked[-1]})
        assert page.status_code == 200
        assert hidden(page, "told") == picked
        assert f"{done} of 3 pairs" in words(page)
    assert "That was every pair." in words(page)
    back = client.post(address, {"told": picked, "do": "undo"})
    assert hidden(back, "told") == picked[:-1]
    assert hidden(client.post(address, {"told": picked, "do": "restart"}), "told") == []
    sent = client.post(address, {"told": picked, "code": code_on(page)})
    assert sent.status_code == 302
    kept = NamedVote.objects.get(ballot=ballot).choice
    assert sorted(kept) == sorted(each.split(">") for each in picked)


def test_sums_are_added_up_on_asking(world: World) -> None:
    budget = made.an_open_ballot(world, M.BUDGET)
    client = signed_in(world.carer)
    page = client.post(url("cast_ballot", budget), {"do": "sum", "chosen": ["1", "3"]})
    assert "£0 left of £1,000" in words(page)
    page = client.post(url("cast_ballot", budget), {"do": "sum", "chosen": ["1", "2", "3"]})
    assert "You ticked £500 more than there is. That is allowed" in words(page)
    dots = made.an_open_ballot(world, M.DOTS)
    page = client.post(url("cast_ballot", dots), {"do": "sum", "dots_1": "4", "dots_2": "x"})
    assert "6 dots left" in words(page)
    page = client.post(url("cast_ballot", dots), {"do": "sum", "dots_1": "9", "dots_2": "9"})
    assert "8 dots too many" in words(page)
    assert not NamedVote.objects.exists()


# -- a secret vote ---------------------------------------------------------------------------------


def cast_secretly(client: Client, ballot: Ballot, data: dict[str, Any]) -> tuple[Any, Any]:
    """The page that asks whether one is sure, and the receipt."""
    sure = vote(client, ballot, data)
    assert sure.status_code == 200, words(sure)
    sent = everything_hidden(sure) | {"sure": ["1"]}
    return sure, client.post(url("cast_ballot", ballot), sent)


@pytest.mark.parametrize("method", M)
def test_secret_votes_ask_first_and_give_a_receipt(world: World, method: BallotMethod) -> None:
    ballot, people = made.a_secret_ballot(world, method)
    data, choice = FILLED[method]
    sure, receipt = cast_secretly(signed_in(people[0]), ballot, data)
    assert "A secret vote is final." in words(sure)
    assert receipt.status_code == 200
    kept = SecretVote.objects.get(ballot=ballot)
    assert kept.choice == choice
    shown = re.search(r"tl-code--receipt\">([0-9a-f ]+)<", receipt.content.decode())
    assert shown
    assert shown[1].replace(" ", "") == kept.code
    assert max(len(group) for group in shown[1].split()) == 4
    assert receipt["Cache-Control"] == "no-store, private"


def test_secret_votes_show_what_was_chosen_and_let_it_be_changed(world: World) -> None:
    ballot, people = made.a_secret_ballot(world)
    client = signed_in(people[0])
    sure = vote(client, ballot, {"chosen": ["1", "3"]})
    assert "A café" in words(sure)
    assert "A choir" in words(sure)
    assert "Longer breaks" not in words(sure)
    assert not SecretVote.objects.exists()
    back = client.post(url("cast_ballot", ballot), everything_hidden(sure) | {"do": ["back"]})
    assert len(re.findall(r'name="chosen"[^>]* checked', back.content.decode())) == 2
    assert code_on(back) == code_on(sure)


def test_secret_votes_sent_twice_are_one_with_the_same_receipt(world: World) -> None:
    ballot, people = made.a_secret_ballot(world)
    client = signed_in(people[0])
    sure, first = cast_secretly(client, ballot, {"chosen": ["1"]})
    again = client.post(url("cast_ballot", ballot), everything_hidden(sure) | {"sure": ["1"]})
    assert again.status_code == 200
    code = SecretVote.objects.get(ballot=ballot).code
    for page in (first, again):
        assert code in page.content.decode().replace(" ", "")
    later = client.get(url("cast_ballot", ballot))
    assert "A secret vote is final." in words(later)
    assert code not in later.content.decode().replace(" ", "")
    other = {"chosen": ["2"], "sure": "1", "code": rolls.fresh_code(ballot)}
    refused = client.post(url("cast_ballot", ballot), other)
    assert refused.status_code == 422
    assert "You have already voted." in words(refused)


def test_the_code_of_a_vote_is_kept_nowhere_but_with_the_vote(world: World) -> None:
    ballot, people = made.a_secret_ballot(world)
    client = signed_in(people[0])
    _sure, receipt = cast_secretly(client, ballot, {"chosen": ["1"]})
    code = SecretVote.objects.get(ballot=ballot).code
    assert not any(code in str(each.get_decoded()) for each in Session.objects.all())
    assert not any(code in each.location for each in PostedOnce.objects.all())
    assert PostedOnce.objects.count() == 0
    assert code not in str(client.cookies)
    for page in (client.get(ballot.get_absolute_url()), client.get(url("cast_ballot", ballot))):
        assert code not in page.content.decode().replace(" ", "")
    spoken = receipt.content.decode().replace(" ", "")
    assert not re.search(rf'(href|action|src|value)="[^"]*{code}', spoken)


# -- practice --------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", M)
def test_practise_ballot_says_what_it_would_say_and_keeps_nothing(
    world: World, method: BallotMethod
) -> None:
    ballot, people = made.a_secret_ballot(world, method)
    client = signed_in(people[0])
    page = client.get(url("practise_ballot", ballot))
    assert "Nothing is kept" in words(page)
    data, _choice = FILLED[method]
    said = client.post(url("practise_ballot", ballot), data)
    assert said.status_code == 200
    assert "Your vote would say" in words(said)
    assert client.post(url("practise_ballot", ballot), {"do": "up-1"}).status_code == 200
    assert not RollEntry.objects.filter(voted=True).exists()
    assert not SecretVote.objects.exists()


def test_practise_method_needs_no_ballot(world: World) -> None:
    for method in M:
        address = reverse("codesign:practise_method", args=["norfolk", method.value])
        assert Client().get(address).status_code == 200
        assert Client().post(address, {}).status_code == 422
    pairs = Client().get(reverse("codesign:practise_method", args=["norfolk", "pairs"]))
    assert pairs.content.count(b'<img class="tl-vote__picture"') == 4  # beside each name, and below
    wrong = reverse("codesign:practise_method", args=["norfolk", "shouting"])
    assert Client().get(wrong).status_code == 404


# -- for somebody who asked ------------------------------------------------------------------------


def test_cast_for_somebody_says_that_it_was_entered(world: World) -> None:
    ballot = made.an_open_ballot(world, listed=[world.guest, world.carer])
    client = signed_in(world.provider)
    address = url("cast_for_somebody", ballot)
    assert world.guest.display_name not in words(client.get(address))
    found = client.get(address, {"who": "kite"})
    assert f"?person={world.guest.pk}" in found.content.decode()
    page = client.get(f"{address}?person={world.guest.pk}")
    data = {"chosen": ["2"], "code": code_on(page), "how": "phone"}
    refused = client.post(f"{address}?person={world.guest.pk}", data)
    assert refused.status_code == 422
    assert "Only enter it if they asked you to." in words(refused)
    sent = client.post(f"{address}?person={world.guest.pk}", {**data, "agreed": "on"})
    assert sent.status_code == 302
    entry = RollEntry.objects.get(ballot=ballot, participant=world.guest)
    assert (entry.voted, entry.helped_by, entry.helped_how) == (True, world.provider, "phone")
    assert NamedVote.objects.get(ballot=ballot).voter == world.guest
    assert "Blue Kite" not in words(client.get(address, {"who": "kite"})).replace("kite", "")


def test_cast_for_somebody_in_a_secret_vote_says_who_sees_it(world: World) -> None:
    ballot, people = made.a_secret_ballot(world)
    client = signed_in(world.provider)
    address = f"{url('cast_for_somebody', ballot)}?person={people[0].pk}"
    page = client.get(address)
    assert "you see what they choose" in words(page)
    data = {"chosen": ["2"], "code": code_on(page), "how": "in_person", "agreed": "on"}
    sure = client.post(address, data)
    back = client.post(address, everything_hidden(sure) | {"do": ["back"]})
    assert "There is a problem" not in words(back)
    assert re.search(r'name="agreed"[^>]* checked', back.content.decode())
    receipt = client.post(address, everything_hidden(sure) | {"sure": ["1"]})
    assert "Give the code to them. Do not keep it." in words(receipt)
    assert SecretVote.objects.get(ballot=ballot).choice == ["2"]


def test_cast_for_somebody_who_is_not_on_the_list_is_not_found(world: World) -> None:
    ballot = made.an_open_ballot(world, listed=[world.guest])
    client = signed_in(world.provider)
    for person in (world.carer.pk, 0, "x", "9" * 30):
        assert client.get(f"{url('cast_for_somebody', ballot)}?person={person}").status_code == 404
    assert signed_in(world.carer).get(url("cast_for_somebody", ballot)).status_code == 403


# -- easy read, and no script ----------------------------------------------------------------------


@pytest.mark.parametrize("method", M)
def test_vote_forms_need_no_script_and_have_an_easy_read(
    world: World, method: BallotMethod
) -> None:
    ballot = made.an_open_ballot(world, method)
    client = signed_in(world.carer)
    client.cookies["easy-read"] = "1"
    page = client.get(url("cast_ballot", ballot)).content.decode()
    assert 'class="tl-easy"' in page
    assert "data-draft" not in page  # what is filled in is kept nowhere
    form = page[
        page.index('class="tl-vote"') : page.index("</form>", page.index('class="tl-vote"'))
    ]
    assert "<button" in form


def test_votes_of_hostile_words_are_shown_and_never_obeyed(world: World) -> None:
    space = made.a_space(world)
    nasty = '<img src=x onerror=alert(1)>"{{7*7}}'
    options = []
    for title in (nasty, "Plain"):
        drafted = proposals.draft_proposal(workspace=space, title=title, why=nasty, by=world.carer)
        options.append(
            ballots.OptionFor(proposals.open_proposal(proposal=drafted, by=world.carer), 5)
        )
    client = signed_in(world.carer)
    for method in M:
        about = options[:1] if method == M.CONSENT else options
        drafted = ballots.draft_ballot(
            workspace=space,
            words=made.words(method, question=nasty, about=nasty, budget=10),
            options=about,
            by=world.facilitator,
        )
        ballot = ballots.open_ballot(ballot=drafted, by=world.facilitator)
        pages = [client.get(url("cast_ballot", ballot)), client.get(ballot.get_absolute_url())]
        vote(client, ballot, FILLED[method][0] if method != M.DOTS else {"dots_1": "1"})
        closed = made.closed(world, ballot)
        pages += [client.get(closed.get_absolute_url()), client.get(url("ballot_votes", closed))]
        pages.append(client.get(url("ballot_option", closed, 1)))
        for page in pages:
            assert page.status_code == 200
            html = page.content.decode()
            assert "<img src=x" not in html
            assert "&lt;img src=x onerror=alert(1)&gt;" in html
    assert ballot.secrecy == Secrecy.NAMED
