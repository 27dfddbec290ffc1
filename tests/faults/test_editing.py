"""F05: two people change one proposal's words. The second is told and sees both; nothing is lost.

Each race has a control: the same race run by careless code, which goes wrong every time.
"""

from collections.abc import Callable

import pytest
from django.urls import reverse

from codesign.enums import AmendmentStatus
from codesign.models import Amendment, Proposal, ProposalVersion
from codesign.operations import proposals, texts
from codesign.operations.proposals import ProposalWords, WordsHaveChanged
from portal.models import Participant
from tests.codesign.test_proposals import an_open_proposal
from tests.faults.test_posted_once import windows
from tests.faults.together import at_once, errors_in, meeting
from tests.world import World

pytestmark = pytest.mark.usefixtures("committing")

WRITERS = 8


def with_co_author(world: World, proposal: Proposal) -> Participant:
    asked = texts.invite_co_author(proposal=proposal, participant=world.partner, by=world.carer)
    texts.answer_co_author_invitation(co_author=asked, accept=True, by=world.partner)
    return world.partner


def editing(proposal: Proposal, why: str, by: Participant) -> Callable[[], Proposal]:
    """`by` saves words that began from the first version."""
    return lambda: proposals.edit_proposal(
        proposal=Proposal.objects.get(pk=proposal.pk),
        words=ProposalWords(title=proposal.title, why=why),
        based_on=1,
        by=by,
    )


def test_edit_proposal_by_eight_at_once_saves_one_and_tells_seven() -> None:
    world = World()
    proposal = an_open_proposal(world)
    other = with_co_author(world, proposal)
    outcomes = at_once(
        *[
            editing(proposal, f"Words {number}", (world.carer, other)[number % 2])
            for number in range(WRITERS)
        ]
    )
    told = errors_in(outcomes)
    assert len(told) == WRITERS - 1
    assert all(isinstance(each, WordsHaveChanged) for each in told), told
    (saved,) = [each for each in outcomes if isinstance(each, Proposal)]
    proposal.refresh_from_db()
    assert (proposal.version, proposal.why) == (2, saved.why)
    assert list(proposal.versions.values_list("number", "why")) == [
        (1, "Nowhere to go on Saturdays."),
        (2, saved.why),
    ]


def test_control_words_saved_without_looking_write_over_each_other() -> None:
    proposal = an_open_proposal(World())
    all_have_read = meeting(WRITERS)

    def careless(number: int) -> None:
        Proposal.objects.get(pk=proposal.pk)
        all_have_read()
        Proposal.objects.filter(pk=proposal.pk).update(why=f"Words {number}")

    acts = [lambda number=number: careless(number) for number in range(WRITERS)]
    assert errors_in(at_once(*acts)) == []
    assert ProposalVersion.objects.count() == 1  # seven texts are gone without a trace


def test_the_second_of_two_browsers_is_shown_both_texts_and_sends_hers_again() -> None:
    world = World()
    proposal = an_open_proposal(world)
    with_co_author(world, proposal)
    url = reverse("codesign:edit_proposal", args=["norfolk", proposal.pk])
    people = {
        "Maureen wrote this.": windows(world.carer, 1)[0],
        "Funmi wrote this.": windows(world.partner, 1)[0],
    }
    answers = at_once(
        *[
            lambda why=why, client=client: client.post(
                url, {"title": "A café", "why": why, "kind": "feature", "based_on": "1"}
            )
            for why, client in people.items()
        ]
    )
    assert errors_in(answers) == []
    assert sorted(answer.status_code for answer in answers) == [302, 409]
    (second,) = [answer for answer in answers if answer.status_code == 409]
    page = second.content.decode()
    for why in people:
        assert why in page
    form = second.context["form"]
    assert form["based_on"].value() == 2
    mine = form["why"].value()
    again = people[mine].post(
        url, {"title": "A café", "why": mine, "kind": "feature", "based_on": "2"}
    )
    assert again.status_code == 302
    assert set(proposal.versions.values_list("why", flat=True)) >= set(people)


def an_amendment(world: World, proposal: Proposal) -> Amendment:
    return texts.amend_proposal(
        proposal=proposal,
        title=proposal.title,
        why="Sundays too.",
        reason="Many work on Saturdays.",
        based_on=1,
        by=world.service_user,
    )


def test_two_authors_answer_one_amendment_and_one_answer_stands() -> None:
    world = World()
    proposal = an_open_proposal(world)
    other = with_co_author(world, proposal)
    made = an_amendment(world, proposal)

    def fresh() -> Amendment:
        return Amendment.objects.select_related("proposal").get(pk=made.pk)

    outcomes = at_once(
        lambda: texts.accept_amendment(
            amendment=fresh(), title=made.title, why=made.why, based_on=1, by=world.carer
        ),
        lambda: texts.decline_amendment(amendment=fresh(), answer="No.", by=other),
        lambda: texts.withdraw_amendment(amendment=fresh(), by=world.service_user),
    )
    refused = errors_in(outcomes)
    assert len(refused) == 2
    assert all(isinstance(each, texts.UnableToAnswerAmendment) for each in refused), refused
    made.refresh_from_db()
    proposal.refresh_from_db()
    assert proposal.open_amendments == 0
    accepted = made.status == AmendmentStatus.ACCEPTED
    assert (proposal.version, proposal.why == "Sundays too.") == (2 if accepted else 1, accepted)


def test_control_an_amendment_answered_without_a_lock_has_two_answers() -> None:
    world = World()
    made = an_amendment(world, an_open_proposal(world))
    both_have_looked = meeting(2)

    def careless(answer: str) -> bool:
        is_open = Amendment.objects.get(pk=made.pk).is_open
        both_have_looked()
        Amendment.objects.filter(pk=made.pk).update(answer=answer)
        return is_open

    assert at_once(lambda: careless("Yes."), lambda: careless("No.")) == [True, True]


def test_accept_amendment_and_edit_proposal_at_once_lose_nothing() -> None:
    world = World()
    proposal = an_open_proposal(world)
    other = with_co_author(world, proposal)
    made = an_amendment(world, proposal)
    outcomes = at_once(
        lambda: texts.accept_amendment(
            amendment=Amendment.objects.select_related("proposal").get(pk=made.pk),
            title=made.title,
            why=made.why,
            based_on=1,
            by=world.carer,
        ),
        lambda: proposals.edit_proposal(
            proposal=Proposal.objects.get(pk=proposal.pk),
            words=ProposalWords(title=proposal.title, why="Edited."),
            based_on=1,
            by=other,
            reason="Clearer.",
        ),
    )
    (told,) = errors_in(outcomes)
    assert isinstance(told, WordsHaveChanged)
    proposal.refresh_from_db()
    made.refresh_from_db()
    assert proposal.version == proposal.versions.count() == 2
    assert proposal.open_amendments == int(made.is_open)


def test_eight_amendments_at_once_are_all_counted() -> None:
    world = World()
    proposal = an_open_proposal(world)
    outcomes = at_once(*[lambda: an_amendment(world, proposal)] * WRITERS)
    assert errors_in(outcomes) == []
    proposal.refresh_from_db()
    assert (proposal.open_amendments, proposal.attention) == (WRITERS, WRITERS)
    assert proposal.amendments.count() == WRITERS


def test_raise_amendment_twice_at_once_makes_one_draft() -> None:
    world = World()
    made = an_amendment(world, an_open_proposal(world))
    texts.decline_amendment(amendment=made, answer="No.", by=world.carer)
    outcomes = at_once(
        *[
            lambda: texts.raise_amendment(
                amendment=Amendment.objects.select_related("proposal").get(pk=made.pk),
                by=world.service_user,
            )
        ]
        * 4
    )
    assert errors_in(outcomes) == []
    assert len({each.pk for each in outcomes}) == 1
    assert Proposal.objects.count() == 2
