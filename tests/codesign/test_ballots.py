"""Ballots: set up, opened with a fixed rule and roll, annulled, repeated."""

import json
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from codesign.enums import (
    BallotMethod,
    BallotState,
    HidingReason,
    OpenTo,
    ResultsWhen,
    Secrecy,
    StageKind,
)
from codesign.models import Ballot, BallotOption, Proposal, RollEntry, Workspace
from codesign.operations import (
    ballots,
    closing,
    decisions,
    members,
    merges,
    moderation,
    proposals,
    texts,
    votes,
    workspaces,
)
from codesign.operations.ballots import OptionFor
from codesign.queries import ballots as queries
from codesign.queries import rolls
from portal import clock, live, permissions, record
from portal.enums import Role, Visibility
from portal.models import Follow, Notice, RecordContent, RecordEntry, ref
from tests.codesign.ballot import (
    a_ballot,
    a_ballot_with_cards,
    a_closed_ballot,
    a_secret_ballot,
    a_space,
    an_open_ballot,
    closed,
    crowd,
    new_code,
    suggestions,
    voting,
    words,
)
from tests.world import World, signed_in, words_on

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


def again(ballot: Ballot) -> Ballot:
    return Ballot.objects.select_related("partnership", "workspace__partnership").get(pk=ballot.pk)


def entry_of(ballot: Ballot, kind: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The public part and the words of a ballot's newest entry of a kind."""
    entry = RecordEntry.objects.filter(subject=ref(ballot), kind=kind).latest("seq")
    kept = RecordContent.objects.filter(seq=entry.seq, partnership_id=entry.partnership_id).first()
    return json.loads(entry.line)["public"], kept.content if kept else {}


def told(ballot: Ballot, starts: str) -> set[str]:
    """Who has a notice about a ballot that begins like this."""
    found = Notice.objects.filter(subject=ref(ballot), text__startswith=starts)
    return set(found.values_list("participant__display_name", flat=True))


# --- setting up ------------------------------------------------------------------------------


def test_draft_ballot_freezes_nothing_yet_and_tells_nobody(world: World) -> None:
    before = RecordEntry.objects.count()
    ballot = a_ballot(world, seats=2)
    made = RecordEntry.objects.count() - before
    assert (
        made
        == RecordEntry.objects.filter(kind__in=["workspace_opened", "proposal_opened"])
        .filter(seq__gt=before)
        .count()
    )
    assert ballot.state == BallotState.DRAFT
    assert [each.key for each in ballot.options.all()] == ["1", "2", "3"]
    assert [each.title for each in ballot.options.all()] == ["A café", "Longer breaks", "A choir"]
    assert not Notice.objects.filter(subject=ref(ballot)).exists()
    assert list(queries.ballots_of(world.partnership, world.carer)) == []
    assert list(queries.drafts_for(world.partnership, world.facilitator)) == [ballot]
    assert list(queries.drafts_for(world.partnership, world.carer)) == []


@pytest.mark.parametrize(
    ("method", "wrong", "says"),
    [
        ("tick", {"closes_at": timedelta(0)}, "has to close after it opens"),
        ("tick", {"opens_at": timedelta(-9), "closes_at": timedelta(-1)}, "closing time is past"),
        ("tick", {"options": 1}, "at least two"),
        ("tick", {"seats": 4}, "how many are to be chosen"),
        ("tick", {"seats": 0}, "how many are to be chosen"),
        ("tick", {"pass_share": 101}, "0 to 100 percent"),
        ("tick", {"roles": ["king"]}, "roles is not there"),
        ("tick", {"roles": []}, "Say who may vote"),
        ("tick", {"quorums": {"carer": 0}}, "from 1 up"),
        ("tick", {"quorums": {"carer": "2"}}, "whole number"),
        ("tick", {"cards": {"carer": 9}, "roles": ["carer"]}, "Cards are only"),
        ("tick", {"secrecy": "cards", "cards": {}}, "Say who|how many cards|List nobody"),
        ("tick", {"secrecy": "cards", "cards": {"carer": 9}, "roles": ["carer"]}, "List nobody"),
        ("tick", {"secrecy": "cards", "cards": {"carer": 2001}}, "at most 2000"),
        ("tick", {"secrecy": "secret", "results_when": "after_voting"}, "not before"),
        ("dots", {"dots": 3, "most_dots": 4}, "no more of them go on one"),
        ("dots", {"dots": 101}, "1 to 100 dots"),
        ("budget", {"budget": 0}, "how much money"),
        ("budget", {"costs": [400, 0, 500]}, "what each suggestion costs"),
        ("budget", {"costs": [400, 1001, 500]}, "costs more than there is"),
        ("budget", {"shares": {"carer": -1}}, "from 1 up"),
        ("consent", {"options": 2}, "Choose just one"),
    ],
)
def test_draft_ballot_that_does_not_fit_together_is_refused(
    world: World, method: str, wrong: dict[str, Any], says: str
) -> None:
    now = clock.now()
    for name in ("opens_at", "closes_at"):
        if name in wrong:
            wrong = {**wrong, name: now + wrong[name]}
    with pytest.raises(ballots.UnableToDraftBallot, match=says), transaction.atomic():
        a_ballot(world, BallotMethod(method), **wrong)
    assert not Ballot.objects.exists()
    assert not BallotOption.objects.exists()


def test_draft_ballot_about_other_spaces_hidden_or_parked_suggestions_is_refused(
    world: World,
) -> None:
    space = a_space(world)
    one, two, three = suggestions(world, space, 3)

    def draft(*chosen: Proposal, where: Workspace = space) -> Ballot:
        return ballots.draft_ballot(
            workspace=where,
            words=words(),
            options=[OptionFor(each) for each in chosen],
            by=world.facilitator,
        )

    with pytest.raises(ballots.UnableToDraftBallot, match="of this space"):
        draft(one, two, where=world.workspace)
    with pytest.raises(ballots.UnableToDraftBallot, match="there twice"):
        draft(one, one, two)
    proposals.park_proposal(proposal=two, by=world.facilitator, reason="Later.")
    two.refresh_from_db()
    with pytest.raises(ballots.UnableToDraftBallot, match="“Longer breaks” is now “Parked”"):
        draft(one, two)
    moderation.hide_proposal(
        proposal=three, reason=HidingReason.NAMED, why="It names one.", by=world.moderator
    )
    three.refresh_from_db()
    with pytest.raises(ballots.UnableToDraftBallot, match="words are hidden"):
        draft(one, three)


def test_draft_ballot_lists_only_who_can_read_the_space(world: World) -> None:
    private = World(slug="closed", visibility=Visibility.PARTNERSHIP)
    space = a_space(private)
    members.set_access(
        workspace=space,
        visibility=space.visibility,
        open_to=OpenTo.ROLES,
        roles=[Role.CARER],
        by=private.facilitator,
    )
    space = Workspace.objects.get(pk=space.pk)
    people = [private.carer, private.provider]
    with pytest.raises(ballots.UnableToDraftBallot, match="Ask them into it first: Priya"):
        a_ballot(private, space=space, listed=people)
    members.invite_to_workspace(
        workspace=space, participants=[private.provider], by=private.facilitator
    )
    ballot = a_ballot(private, space=space, listed=people)
    assert {each.pk for each in rolls.would_be_on_roll(ballot)} == {each.pk for each in people}


def test_edit_ballot_replaces_all_until_it_is_opened(world: World) -> None:
    ballot = a_ballot(world)
    kept = list(ballot.options.all())[1:]
    edited = ballots.edit_ballot(
        ballot=ballot,
        words=words(BallotMethod.DOTS, question="Which two?", seats=2, dots=6),
        options=[OptionFor(each.proposal) for each in kept],
        by=world.facilitator,
    )
    edited = again(edited)
    assert (edited.question, edited.method, edited.seats, edited.dots) == (
        "Which two?",
        "dots",
        2,
        6,
    )
    assert [each.title for each in edited.options.all()] == ["Longer breaks", "A choir"]
    ballots.open_ballot(ballot=edited, by=world.facilitator)
    with pytest.raises(ballots.UnableToDraftBallot, match="its rule stays"):
        ballots.edit_ballot(
            ballot=edited,
            words=words(),
            options=[OptionFor(each.proposal) for each in kept],
            by=world.facilitator,
        )


# --- opening ---------------------------------------------------------------------------------


def test_open_ballot_fixes_the_rule_draws_the_lot_and_records_it(world: World) -> None:
    ballot = a_ballot(world, BallotMethod.BUDGET, quorum=3, quorums={"carer": 1}, budget=1000)
    before = live.revision(ballot)
    opened = ballots.open_ballot(ballot=ballot, by=world.facilitator)
    opened = again(opened)
    assert opened.state == BallotState.OPEN
    assert sorted(opened.lot) == ["1", "2", "3"]
    rule = opened.rule
    assert rule["variant"] == "equal-shares-add1-1"
    public, content = entry_of(opened, "ballot_opened")
    assert public == {
        **{key: value for key, value in rule.items() if key != "rule"},
        "workspace": ref(opened.workspace),
        "secrecy": "named",
        "opens_at": opened.opens_at.isoformat(timespec="seconds"),
        "closes_at": opened.closes_at.isoformat(timespec="seconds"),
        "roll": opened.roll.count(),
        "by": ref(world.facilitator),
        "role": "partner",
    }
    assert public["options"][0] == {
        "id": "1",
        "cost": 400,
        "proposal": ref(opened.options.get(place=1).proposal),
    }
    assert (public["budget"], public["quorum"], public["quorums"]) == (1000, 3, {"carer": 1})
    assert not {"seats", "dots", "most", "pass_share"} & set(public)
    assert content["question"] == "What comes first?"
    assert content["names"] == {"1": "A café", "2": "Longer breaks", "3": "A choir"}
    assert content["rule"] == rule["rule"]
    assert live.revision(opened) == before + 1


def test_open_ballot_draws_each_lot_anew(world: World) -> None:
    space = a_space(world)
    lots = Counter(tuple(an_open_ballot(world, space=space, options=6).lot) for _each in range(4))
    assert len(lots) > 1  # four alike of 720: once in 400 million runs


def test_open_ballot_puts_on_the_roll_who_is_here_with_an_account_and_a_role(
    world: World,
) -> None:
    gone = world.person(Role.CARER)
    gone.left_at = clock.now()
    gone.save()
    ballot = an_open_ballot(world, roles=["carer", "service_user"])
    on_it = set(ballot.roll.values_list("participant__display_name", "role"))
    assert on_it == {("Maureen", "carer"), ("Sam", "service_user")}  # not the guest, nor who left


def test_open_ballot_keeps_out_whom_the_space_does_not_admit(world: World) -> None:
    other = world.person(Role.CARER, name="Olive")
    space = a_space(world)
    members.set_access(
        workspace=space,
        visibility=space.visibility,
        open_to=OpenTo.INVITATION,
        by=world.facilitator,
    )
    members.invite_to_workspace(workspace=space, participants=[other], by=world.facilitator)
    members.invite_to_workspace(workspace=space, participants=[world.carer], by=world.facilitator)
    space = Workspace.objects.get(pk=space.pk)
    ballot = an_open_ballot(world, space=space, roles=["carer", "provider"])
    names = set(ballot.roll.values_list("participant__display_name", flat=True))
    assert names == {"Olive", "Maureen"}


def test_open_ballot_lists_people_without_an_account_too(world: World) -> None:
    ballot = an_open_ballot(world, listed=[world.guest, world.carer])
    assert {each.participant_id for each in ballot.roll.all()} == {
        world.guest.pk,
        world.carer.pk,
    }


def test_open_ballot_freezes_the_words_of_its_options(world: World) -> None:
    ballot = a_ballot(world)
    option = ballot.options.get(place=1)
    proposals.edit_proposal(
        proposal=option.proposal,
        words=proposals.ProposalWords(title="A tea room", why="Tea."),
        based_on=1,
        by=world.carer,
    )
    ballots.open_ballot(ballot=ballot, by=world.facilitator)
    option.refresh_from_db()
    assert (option.title, option.what) == ("A tea room", "Tea.")


def test_open_ballot_tells_voters_followers_and_nobody_else(world: World) -> None:
    ballot = a_ballot(world, roles=["carer"])
    Follow.objects.create(participant=world.partner, subject=ref(ballot.workspace))
    ballots.open_ballot(ballot=ballot, by=world.facilitator)
    assert told(ballot, "You can vote now") == {"Maureen"}
    assert "Funmi" in told(ballot, "A vote was published")
    assert "Maureen" not in told(ballot, "A vote was published")
    notice = Notice.objects.get(participant=world.carer, subject=ref(ballot))
    assert notice.needs_me
    assert not notice.is_public  # that one may vote is nobody else's business


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"quorum": 100}, "100 people have to vote, but only"),
        ({"quorums": {"carer": 2}}, "2 of “Carer” have to vote, but only 1"),
        ({"secrecy": "secret", "roles": ["carer"]}, "at least 8 people"),
        ({"secrecy": "cards", "cards": {"carer": 7}}, "at least 8 people"),
    ],
)
def test_open_ballot_with_a_roll_too_small_is_refused(
    world: World, more: dict[str, Any], says: str
) -> None:
    ballot = a_ballot(world, **more)
    with pytest.raises(ballots.UnableToOpenBallot, match=says), transaction.atomic():
        ballots.open_ballot(ballot=ballot, by=world.facilitator)
    assert again(ballot).state == BallotState.DRAFT
    assert not RollEntry.objects.exists()


@pytest.mark.parametrize(("number", "opens"), [(7, False), (8, True)])
def test_open_ballot_secret_needs_eight_on_the_roll(world: World, number: int, opens: bool) -> None:
    """F43."""
    ballot = a_ballot(world, secrecy=Secrecy.SECRET, listed=crowd(world, number=number))
    if opens:
        ballots.open_ballot(ballot=ballot, by=world.facilitator)
        assert ballot.roll.count() == 8
        return
    with pytest.raises(ballots.UnableToOpenBallot, match="A secret vote needs at least 8 people"):
        ballots.open_ballot(ballot=ballot, by=world.facilitator)


def test_open_ballot_with_shares_needs_one_for_each_role_and_eight_of_each(world: World) -> None:
    people = [*crowd(world), *crowd(world, Role.PROVIDER, 7)]
    given = {"secrecy": Secrecy.SECRET, "listed": people}
    for shares, says in (
        ({"carer": 1}, "share of the money to each role"),
        ({"carer": 1, "provider": 1}, "each role that has its own share"),
    ):
        ballot = a_ballot(world, BallotMethod.BUDGET, shares=shares, **given)
        with pytest.raises(ballots.UnableToOpenBallot, match=says), transaction.atomic():
            ballots.open_ballot(ballot=ballot, by=world.facilitator)
    people.append(world.provider)
    ballot = an_open_ballot(world, BallotMethod.BUDGET, shares={"carer": 1, "provider": 1}, **given)
    assert ballot.needs_roles


def test_open_ballot_in_another_stage_or_twice_is_refused(world: World) -> None:
    space = a_space(world)
    ballot = a_ballot(world, space=space)
    space.stages.update(kind=StageKind.SUGGEST)
    with pytest.raises(ballots.UnableToOpenBallot, match="stage “Suggest”"):
        ballots.open_ballot(ballot=ballot, by=world.facilitator)
    space.stages.update(kind=StageKind.CHOOSE)
    ballots.open_ballot(ballot=ballot, by=world.facilitator)
    with pytest.raises(ballots.UnableToOpenBallot, match="opened already"):
        ballots.open_ballot(ballot=ballot, by=world.facilitator)


def test_open_ballot_whose_option_has_moved_on_is_refused(world: World) -> None:
    ballot = a_ballot(world)
    proposals.park_proposal(
        proposal=ballot.options.get(place=2).proposal, by=world.facilitator, reason="Later."
    )
    with pytest.raises(ballots.UnableToOpenBallot, match="“Longer breaks” is now “Parked”"):
        ballots.open_ballot(ballot=ballot, by=world.facilitator)


def test_open_ballot_whose_time_is_past_is_refused(world: World) -> None:
    ballot = a_ballot(world)
    with (
        clock.at(ballot.closes_at),
        pytest.raises(ballots.UnableToOpenBallot, match="closing time is past"),
    ):
        ballots.open_ballot(ballot=ballot, by=world.facilitator)


def test_open_ballot_is_all_or_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    ballot = a_ballot(world)
    notices_before = Notice.objects.count()

    def broken(*_args: object, **_more: object) -> None:
        raise DatabaseError

    monkeypatch.setattr(record, "append", broken)
    with pytest.raises(DatabaseError):
        ballots.open_ballot(ballot=ballot, by=world.facilitator)
    assert again(ballot).state == BallotState.DRAFT
    assert not ballot.roll.exists()
    assert Notice.objects.count() == notices_before


def test_the_rule_of_an_opened_ballot_stays_even_by_sql(world: World) -> None:
    ballot = an_open_ballot(world)
    changed = {**(ballot.rule or {}), "lot": ["3", "2", "1"], "seats": 3}
    with pytest.raises(DatabaseError, match="stay as they are"), transaction.atomic():
        Ballot.objects.filter(pk=ballot.pk).update(rule=changed)


# --- what people vote on stays ---------------------------------------------------------------


def _edit(world: World, proposal: Proposal) -> object:
    return proposals.edit_proposal(
        proposal=proposal,
        words=proposals.ProposalWords(title="Other", why="Words."),
        based_on=1,
        reason="Better.",
        by=world.carer,
    )


def _merge(world: World, proposal: Proposal) -> object:
    other = Proposal.objects.filter(workspace=proposal.workspace).exclude(pk=proposal.pk).get()
    return merges.merge_proposals(
        proposals=[proposal], into=other, by=world.facilitator, reason="Alike."
    )


def _split(world: World, proposal: Proposal) -> object:
    return merges.split_proposal(
        proposal=proposal,
        parts=[merges.Part("One", "1"), merges.Part("Two", "2")],
        by=world.facilitator,
        reason="Two things.",
    )


def _withdraw(world: World, proposal: Proposal) -> object:
    return proposals.withdraw_proposal(proposal=proposal, by=world.carer, reason="No.")


def _park(world: World, proposal: Proposal) -> object:
    return proposals.park_proposal(proposal=proposal, by=world.facilitator, reason="Later.")


def _take_up(world: World, proposal: Proposal) -> object:
    made = texts.amend_proposal(
        proposal=proposal,
        title="Other",
        why="Words.",
        reason="So.",
        based_on=1,
        by=world.service_user,
    )
    return texts.accept_amendment(
        amendment=made, title="Other", why="Words.", based_on=1, by=world.carer
    )


ACTS = [_edit, _merge, _split, _withdraw, _park, _take_up]


@pytest.mark.parametrize("act", ACTS)
def test_a_suggestion_in_an_open_ballot_stays_as_it_is(
    world: World, act: Callable[[World, Proposal], object]
) -> None:
    ballot = an_open_ballot(world, options=2)
    proposal = ballot.options.get(place=1).proposal
    refusals = (proposals.UnableToEditProposal, proposals.UnableToMoveProposal)
    with pytest.raises(refusals, match="People vote on this now"), transaction.atomic():
        act(world, proposal)
    closed(world, ballot)
    act(world, Proposal.objects.get(pk=proposal.pk))  # and moves again when the vote is over


def test_a_suggestion_in_an_annulled_ballot_is_free_again(world: World) -> None:
    ballot = an_open_ballot(world)
    ballots.annul_ballot(ballot=ballot, reason="A mistake.", by=world.facilitator)
    _withdraw(world, ballot.options.get(place=1).proposal)


def test_a_space_with_an_open_ballot_cannot_be_closed(world: World) -> None:
    ballot = an_open_ballot(world)
    assert queries.has_open_ballot(ballot.workspace)
    with pytest.raises(workspaces.UnableToCloseWorkspace, match=r"“What comes first.” is still"):
        workspaces.close_workspace(workspace=ballot.workspace, reason="Done.", by=world.facilitator)
    closed(world, ballot)
    assert not queries.has_open_ballot(ballot.workspace)
    workspaces.close_workspace(workspace=ballot.workspace, reason="Done.", by=world.facilitator)
    late = again(ballot)
    with pytest.raises(ballots.UnableToDraftBallot, match="This space is closed"):
        ballots.draft_ballot(
            workspace=late.workspace, words=words(), options=[], by=world.facilitator
        )


# --- annulling and repeating -----------------------------------------------------------------


@pytest.mark.parametrize("counted", [False, True], ids=["open", "closed"])
def test_annul_ballot_says_why_and_keeps_what_was_published(world: World, counted: bool) -> None:
    ballot = a_closed_ballot(world) if counted else an_open_ballot(world)
    before = live.revision(ballot)
    ballots.annul_ballot(ballot=ballot, reason="Two were missing.", by=world.facilitator)
    annulled = again(ballot)
    assert annulled.state == BallotState.ANNULLED
    assert bool(annulled.result) == counted
    assert entry_of(ballot, "ballot_annulled")[1] == {"reason": "Two were missing."}
    assert live.revision(ballot) == before + 1
    assert "Maureen" in told(ballot, "A vote was annulled: What comes first?. Because: Two")
    with pytest.raises(votes.UnableToCastBallot, match="was annulled"):
        votes.cast_ballot(ballot=ballot, choice=["1"], by=world.carer, code=new_code())
    with pytest.raises(closing.UnableToCloseBallot):
        closing.close_ballot(ballot=ballot, by=world.facilitator, reason="Now.")
    with clock.at(annulled.closes_at + timedelta(days=1)):
        assert closing.close_due_ballots() == 0
    with pytest.raises(ballots.UnableToAnnulBallot, match="annulled already"):
        ballots.annul_ballot(ballot=ballot, reason="Again.", by=world.facilitator)


def test_annul_ballot_of_a_draft_or_without_a_reason_is_refused(world: World) -> None:
    drafted = a_ballot(world)
    with pytest.raises(ballots.UnableToAnnulBallot, match="never opened"):
        ballots.annul_ballot(ballot=drafted, reason="No.", by=world.facilitator)
    ballots.open_ballot(ballot=drafted, by=world.facilitator)
    with pytest.raises(ballots.UnableToAnnulBallot, match="say why"):
        ballots.annul_ballot(ballot=drafted, reason=" ", by=world.facilitator)


def test_repeat_ballot_is_a_draft_with_the_same_rule_and_names_what_it_repeats(
    world: World,
) -> None:
    first = an_open_ballot(world, BallotMethod.BUDGET, listed=[world.carer, world.guest])
    with pytest.raises(ballots.UnableToRepeatBallot, match="Only a vote that was annulled"):
        ballots.repeat_ballot(ballot=first, by=world.facilitator)
    ballots.annul_ballot(ballot=first, reason="A mistake.", by=world.facilitator)
    repeat = ballots.repeat_ballot(ballot=first, by=world.facilitator)
    assert repeat.state == BallotState.DRAFT
    assert repeat.closes_at - repeat.opens_at == first.closes_at - first.opens_at
    ballots.open_ballot(ballot=repeat, by=world.facilitator)
    public, _words = entry_of(repeat, "ballot_opened")
    old, _words = entry_of(first, "ballot_opened")
    assert public["repeats"] == ref(first)
    assert (public["options"], public["budget"]) == (old["options"], old["budget"])
    assert repeat.roll.count() == 2
    with pytest.raises(ballots.UnableToRepeatBallot, match="set up the repeat"):
        ballots.repeat_ballot(ballot=first, by=world.facilitator)


def test_repeat_ballot_that_chose_nothing_and_none_that_chose_something(world: World) -> None:
    agreed = an_open_ballot(world, BallotMethod.CONSENT)
    voting(agreed, [(world.carer, "agree"), (world.service_user, "agree")])
    votes.cast_ballot(
        ballot=agreed, choice="object", by=world.partner, code=new_code(), objection="Too far."
    )
    # Its objection waits for an answer, and nothing else stands against it.
    for chose in (a_closed_ballot(world), closed(world, agreed)):
        assert chose.chosen == ["1"]
        with pytest.raises(ballots.UnableToRepeatBallot, match="or that chose nothing"):
            ballots.repeat_ballot(ballot=chose, by=world.facilitator)
    for choices, more in (
        ({"carer": ["1"]}, {"quorum": 2}),
        ({"carer": "disagree"}, {"method": BallotMethod.CONSENT}),
        ({"carer": "object"}, {"method": BallotMethod.CONSENT}),
        ({"carer": "object", "partner": "agree"}, {"method": BallotMethod.CONSENT, "quorum": 3}),
        ({}, {"method": BallotMethod.CONSENT}),
        ({"carer": []}, {}),
    ):
        ballot = an_open_ballot(world, **{"method": BallotMethod.TICK, **more})
        for who, choice in choices.items():
            votes.cast_ballot(
                ballot=ballot,
                choice=choice,
                by=getattr(world, who),
                code=new_code(),
                objection="It is too far." if choice in ("disagree", "object") else "",
            )
        failed = closed(world, ballot)
        repeat = ballots.repeat_ballot(ballot=failed, by=world.facilitator)
        assert (repeat.state, repeat.repeats) == (BallotState.DRAFT, failed), more
        with pytest.raises(ballots.UnableToRepeatBallot, match="set up the repeat"):
            ballots.repeat_ballot(ballot=failed, by=world.facilitator)


# --- who may, and the wall -------------------------------------------------------------------


@pytest.mark.parametrize("who", ["carer", "provider", "moderator", "admin"])
def test_who_is_no_facilitator_neither_sets_up_opens_closes_annuls_nor_repeats(
    world: World, who: str
) -> None:
    by = getattr(world, who)
    ballot = an_open_ballot(world)
    acts: list[Callable[[], object]] = [
        lambda: ballots.draft_ballot(workspace=world.workspace, words=words(), options=[], by=by),
        lambda: ballots.edit_ballot(ballot=ballot, words=words(), options=[], by=by),
        lambda: ballots.open_ballot(ballot=ballot, by=by),
        lambda: closing.close_ballot(ballot=ballot, by=by, reason="Now."),
        lambda: ballots.annul_ballot(ballot=ballot, reason="No.", by=by),
        lambda: ballots.repeat_ballot(ballot=ballot, by=by),
    ]
    for act in acts:
        with pytest.raises(permissions.PermissionRefused):
            act()


def test_a_facilitator_of_another_partnership_finds_nothing(world: World) -> None:
    ballot, elsewhere = an_open_ballot(world), World(slug="other")
    for act in (
        lambda: ballots.open_ballot(ballot=ballot, by=elsewhere.facilitator),
        lambda: closing.close_ballot(ballot=ballot, by=elsewhere.facilitator, reason="Now."),
        lambda: votes.cast_ballot(ballot=ballot, choice=["1"], by=elsewhere.carer, code=new_code()),
    ):
        with pytest.raises(permissions.OutsidePartnership):
            act()
    assert list(queries.ballots_of(elsewhere.partnership, elsewhere.carer)) == []
    assert list(Ballot.objects.visible_to(elsewhere.carer)) == []


# --- reads -----------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [1, 3])
def test_lists_of_ballots_cost_the_same_for_one_and_three(
    world: World, number: int, django_assert_num_queries: Any
) -> None:
    space = a_space(world)
    made = [an_open_ballot(world, space=space) for _each in range(number)]
    with django_assert_num_queries(1):
        found = list(queries.ballots_of(world.partnership, None))
        assert [each.get_absolute_url() for each in found if each.workspace.is_public]
    assert {each.pk for each in found} == {each.pk for each in made}
    with django_assert_num_queries(1):
        waiting = list(queries.waiting_for(world.carer))
        assert [each.workspace.partnership.slug for each in waiting] == ["norfolk"] * number
    voting(made[0], [(world.carer, ["1"])])
    assert made[0] not in list(queries.waiting_for(world.carer))


def test_warnings_say_what_a_secret_vote_of_few_may_tell(world: World) -> None:
    people = [*crowd(world), world.provider]
    ballot = a_ballot(world, secrecy=Secrecy.SECRET, listed=people)
    said = " ".join(queries.warnings(ballot))
    assert "If everybody chooses the same, the result shows how each person voted" in said
    assert "Fewer than 8 people of these roles may vote" in said
    assert "Provider." in said
    assert "Nobody of these roles may vote: Service user, Commissioner and Partner." in said


def test_warnings_of_a_named_vote_need_not_say_what_everybody_sees_anyway(world: World) -> None:
    ballot = a_ballot(world, listed=crowd(world))
    said = " ".join(queries.warnings(ballot))
    assert "Nobody of these roles may vote" in said  # the control of the control: there are some
    assert "If everybody chooses the same" not in said


@pytest.mark.parametrize("number", [7, 8])
def test_what_cannot_be_opened_says_why_and_has_no_button(world: World, number: int) -> None:
    ballot = a_ballot(world, secrecy=Secrecy.SECRET, listed=crowd(world, number=number))
    address = reverse("codesign:open_ballot", args=["norfolk", ballot.pk])
    said = words_on(signed_in(world.facilitator), address)
    assert ("A secret vote needs at least 8 people" in said) == (number == 7)
    assert ("Open the vote and publish its rule" in said) == (number == 8)


def test_warnings_name_those_who_may_need_help(world: World) -> None:
    ballot = a_ballot(world, listed=[world.carer, world.guest])
    said = " ".join(queries.warnings(ballot))
    assert "Help them: Blue Kite." in said
    assert "Few people may vote" in said


def test_shuffled_is_a_voters_own_order_and_always_the_same(world: World) -> None:
    ballot = an_open_ballot(world, options=6)
    orders = {
        tuple(each.key for each in queries.shuffled(ballot, f"participant:{number}"))
        for number in range(40)
    }
    assert len(orders) > 30
    assert all(sorted(order) == list("123456") for order in orders)
    mine = [each.key for each in queries.shuffled(ballot, "participant:7")]
    assert mine == [each.key for each in queries.shuffled(ballot, "participant:7")]
    firsts = Counter(order[0] for order in orders)
    assert len(firsts) == 6  # nobody is always first


def test_state_at_follows_the_clock(world: World) -> None:
    opens = clock.now() + timedelta(days=1)
    ballot = an_open_ballot(world, opens_at=opens, closes_at=opens + timedelta(days=1))

    def state(at: datetime) -> BallotState:
        return ballot.state_at(at)

    moment = timedelta(microseconds=1)
    assert state(opens - moment) == BallotState.COMING
    assert state(opens) == BallotState.OPEN
    assert state(ballot.closes_at - moment) == BallotState.OPEN
    assert state(ballot.closes_at) == BallotState.COUNTING


def test_results_when_after_voting_is_for_named_ballots(world: World) -> None:
    ballot = an_open_ballot(world, results_when=ResultsWhen.AFTER_VOTING)
    assert ballot.results_when == "after_voting"
    secret, _people = a_secret_ballot(world)
    assert secret.results_when == ResultsWhen.AT_CLOSE
    assert a_ballot_with_cards(world).results_when == ResultsWhen.AT_CLOSE


def test_a_decision_about_what_people_vote_on_waits_for_the_vote(world: World) -> None:
    ballot = an_open_ballot(world)
    drafted = decisions.draft_decision(
        workspace=ballot.workspace,
        words=decisions.DecisionWords(
            title="A café",
            what="It opens.",
            reasons="Asked for.",
            evidence="Voices.",
            how="The council.",
            review_on=clock.today() + timedelta(days=90),
        ),
        outcomes=[
            decisions.OutcomeFor(ballot.options.get(place=1).proposal, "agreed", "Wanted.")  # type: ignore[arg-type]
        ],
        by=world.facilitator,
    )
    with pytest.raises(decisions.Refusal, match="People vote on this now"):
        decisions.publish_decision(decision=drafted, by=world.facilitator)
