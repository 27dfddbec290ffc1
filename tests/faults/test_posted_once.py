"""F06, F07: a double click, a resend, a reply lost on the way: one row, and the same answer."""

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from codesign.enums import ProposalKind
from codesign.models import Comment, Proposal
from portal.models import Participant, PostedOnce, RecordEntry
from tests.codesign.test_proposals import an_open_proposal
from tests.faults.together import at_once, errors_in, meeting
from tests.world import World, signed_in

pytestmark = pytest.mark.usefixtures("committing")

ARRIVALS = 8


def windows(participant: Participant, number: int) -> list[Client]:
    """The same browser, so that several requests of it can be on their way at once."""
    first = signed_in(participant)
    clients = [Client() for _each in range(number)]
    for client in clients:
        client.cookies = first.cookies
    return clients


def post_all(clients: list[Client], url: str, data: dict[str, str]) -> list[HttpResponse]:
    answers = at_once(*[lambda client=client: client.post(url, data) for client in clients])
    assert errors_in(answers) == []
    return answers


def test_the_same_post_arriving_eight_times_at_once_makes_one_proposal() -> None:
    world = World()
    url = reverse("codesign:draft_proposal", args=["norfolk", world.workspace.pk])
    data = {"title": "A café", "why": "Company.", "kind": ProposalKind.FEATURE, "once": "a" * 32}
    answers = post_all(windows(world.carer, ARRIVALS), url, data)
    made = Proposal.objects.get()
    assert [answer.status_code for answer in answers] == [302] * ARRIVALS
    assert {answer.headers["Location"] for answer in answers} == {made.get_absolute_url()}
    assert PostedOnce.objects.get().location == made.get_absolute_url()

    resent = windows(world.carer, 1)[0].post(url, data)  # much later: the reply was lost
    assert resent.headers["Location"] == made.get_absolute_url()
    assert Proposal.objects.count() == 1


def test_the_same_comment_arriving_eight_times_at_once_stands_once() -> None:
    world = World()
    proposal = an_open_proposal(world)
    url = reverse("codesign:comment_on_proposal", args=["norfolk", proposal.pk])
    data = {"kind": "for", "text": "Yes please.", "once": "b" * 32}
    answers = post_all(windows(world.partner, ARRIVALS), url, data)
    comment = Comment.objects.get()
    assert {answer.headers["Location"] for answer in answers} == {
        f"{proposal.get_absolute_url()}#comment-{comment.pk}"
    }
    proposal.refresh_from_db()
    assert proposal.comment_count == 1
    assert RecordEntry.objects.filter(kind="comment_added").count() == 1


def test_two_people_with_the_same_key_are_two_posts() -> None:
    """Nobody can spend another's key."""
    world = World()
    url = reverse("codesign:draft_proposal", args=["norfolk", world.workspace.pk])
    data = {"title": "A café", "why": "Company.", "kind": ProposalKind.FEATURE, "once": "c" * 32}
    clients = [signed_in(world.carer), signed_in(world.service_user)]
    answers = post_all(clients, url, data)
    assert len({answer.headers["Location"] for answer in answers}) == 2
    assert set(Proposal.objects.values_list("by", flat=True)) == {
        world.carer.pk,
        world.service_user.pk,
    }


def test_control_the_same_posts_without_a_key_make_eight_proposals() -> None:
    world = World()
    url = reverse("codesign:draft_proposal", args=["norfolk", world.workspace.pk])
    data = {"title": "A café", "why": "Company.", "kind": ProposalKind.FEATURE}
    post_all(windows(world.carer, ARRIVALS), url, data)
    assert Proposal.objects.count() == ARRIVALS


def test_control_a_key_that_is_looked_up_and_then_written_lets_all_through() -> None:
    """Why the key is claimed first, by its primary key, and not looked for."""
    all_have_looked = meeting(ARRIVALS)

    def careless() -> bool:
        seen = PostedOnce.objects.filter(key="d" * 64).exists()
        all_have_looked()
        return seen

    assert at_once(*[careless] * ARRIVALS) == [False] * ARRIVALS
