"""How a decision came about: one page, top to bottom, for whoever may read the decision."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from codesign.enums import CommentKind, OpenTo
from codesign.models import Ballot, BallotDecision, BallotOption, Comment, Decision, Workspace
from codesign.models.proposals import ProposalVersion
from content.queries.decision_story import story_of
from feedback.models import VoiceTheme
from portal.enums import Role, Visibility
from portal.models import Participant, Partnership
from tests.content.thread import Thread, day
from tests.things import Things
from tests.world import World, signed_in

pytestmark = pytest.mark.django_db

HOSTILE = "<script>alert(1)</script>"
QUERIES = 46


@pytest.fixture
def thread() -> Thread:
    return Thread(World())


def address(decision: Decision) -> str:
    return decision.get_absolute_url()


def read(decision: Decision, reader: Participant | None = None) -> str:
    client = Client() if reader is None else signed_in(reader)
    response = client.get(address(decision))
    assert response.status_code == 200
    return response.content.decode()


def say(thread: Thread, text: str, **fields: object) -> Comment:
    return Comment.objects.create(
        **{
            "partnership": thread.world.partnership,
            "proposal": thread.proposal,
            "text": text,
            "kind": CommentKind.CONCERN,
            "by": thread.world.carer,
            "created_at": day(8),
        }
        | fields
    )


def vote(thread: Thread, question: str) -> Ballot:
    """A vote that was counted, as rows: eleven voted, and the proposal was chosen."""
    ballot = Ballot.objects.create(
        partnership=thread.world.partnership,
        workspace=thread.proposal.workspace,
        question=question,
        method="tick",
        opens_at=day(10),
        closes_at=day(12),
        opened_at=day(10),
        opened_by=thread.world.facilitator,
        rule={"rule": "tick"},
        closed_at=day(12),
        ballots_hash="0" * 64,
        result={"ballots": 11, "winners": ["1"], "standings": []},
        drafted_by=thread.world.facilitator,
    )
    BallotOption.objects.create(
        ballot=ballot, proposal=thread.proposal, place=1, title="A shared taxi"
    )
    thread.link(BallotDecision, ballot, thread.decision)
    return ballot


def reword(thread: Thread) -> None:
    for number, why, on in ((1, "So that people get home.", 5), (2, "So that all get home.", 9)):
        ProposalVersion.objects.create(
            proposal=thread.proposal,
            number=number,
            title=thread.proposal.title,
            why=why,
            by=thread.world.carer,
            at=day(on),
        )


def test_decision_story_reads_from_what_was_said_to_what_happened(thread: Thread) -> None:
    say(thread, "Who pays in winter?")
    vote(thread, "Shall we?")
    reword(thread)
    text = read(thread.decision)
    headings = [
        "You said",
        "You suggested",
        "You weighed it up",
        "You voted",
        "What changed on the way",
        "We decided",
        "We changed it",
        "What happened",
        "Who was heard, and who was not",
    ]
    at = [text.index(f">{heading}</h2>") for heading in headings]
    assert at == sorted(at)
    for words in (
        "Getting there",
        "A shared taxi after the evening group",
        "Who pays in winter?",
        "An evening of ideas",
        "<del>",
        "Shared taxis began",
        "More people stay to the end.",
        "13 January 2026",
    ):
        assert words in text, words


def test_decision_story_names_the_result_of_a_vote_and_gates_its_people(thread: Thread) -> None:
    vote(thread, "Shall we?")
    assert "These were chosen: “A shared taxi”. People who voted: 11." in read(
        thread.decision, thread.world.carer
    )
    assert "People who voted: about 10." in read(thread.decision)


def test_decision_story_says_of_consent_that_it_holds_once_objections_are_answered(
    thread: Thread,
) -> None:
    ballot = vote(thread, "Can we live with it?")
    for unmet, said in (
        (["1 waits"], "These were chosen: “A shared taxi”"),
        (["Too few voted", "1 waits"], "Nothing was chosen."),
    ):
        standing = {"option": "1", "figure": 9, "agree": 9, "object": 1}
        Ballot.objects.filter(pk=ballot.pk).update(
            method="consent",
            result={"ballots": 11, "winners": [], "standings": [standing], "unmet": unmet},
        )
        assert said in read(thread.decision), unmet


def test_decision_story_gates_who_was_heard_by_role_for_everybody(thread: Thread) -> None:
    world = thread.world
    for _n in range(8):
        say(thread, "I agree.", by=world.person(Role.SERVICE_USER))
    story = story_of(thread.decision, world.facilitator)
    assert story is not None
    words = {each.role: each.words for each in story.heard.roles}
    # Eight and Sam make nine; the carer is Maureen, and with the guest there are two.
    assert words[Role.SERVICE_USER] == ("about 10", "about 10")
    assert words[Role.CARER] == ("fewer than 8", "fewer than 8")
    assert story.heard.silent == [Role.PROVIDER, Role.COMMISSIONER, Role.PARTNER]
    text = read(thread.decision, world.facilitator)
    assert "Nobody was heard from this role: Commissioner." in text


def test_decision_story_counts_somebody_once_and_who_gave_no_name_apart(thread: Thread) -> None:
    for words in ("Once.", "Twice."):
        say(thread, words, by=thread.world.commissioner)
    story = story_of(thread.decision, None)
    assert story is not None
    assert Role.COMMISSIONER not in story.heard.silent
    assert story.heard.unnamed == "none"


def test_decision_story_shows_no_hidden_or_withdrawn_comment(thread: Thread) -> None:
    hidden = say(thread, "Words that were hidden")
    Comment.objects.filter(pk=hidden.pk).update(
        hidden_at=day(9), hidden_reason="Not kind.", hidden_by=thread.world.moderator
    )
    say(thread, "", withdrawn_at=day(9))
    say(thread, "Words that stand")
    for reader in (None, thread.world.carer):
        text = read(thread.decision, reader)
        assert "Words that stand" in text  # the control
        assert "Words that were hidden" not in text


def test_decision_story_shows_no_words_of_a_hidden_suggestion(thread: Thread) -> None:
    reword(thread)
    say(thread, "A point on it")
    assert "A point on it" in read(thread.decision)
    type(thread.proposal).objects.filter(pk=thread.proposal.pk).update(
        hidden_at=day(9), hidden_reason="Names somebody.", hidden_by=thread.world.moderator
    )
    text = read(thread.decision)
    assert "A point on it" not in text
    assert "What changed on the way" not in text
    assert thread.proposal.title not in text


def test_decision_story_leaves_out_what_came_after_in_the_words(thread: Thread) -> None:
    reword(thread)
    ProposalVersion.objects.create(
        proposal=thread.proposal, number=3, title="Later", why="Later words.", at=day(40)
    )
    text = read(thread.decision)
    assert "Later words." not in text


def test_decision_story_leaves_out_what_was_said_after_it(thread: Thread) -> None:
    for words, on in (("Said in time.", 8), ("Said too late.", 40)):
        say(thread, words, created_at=day(on))
        voice = thread.say(f"Voice: {words}", by=None, on=on)
        thread.link(VoiceTheme, voice, thread.theme, why="It is about the bus.")
    text = read(thread.decision)
    for place in ("You weighed it up", "Voice: "):
        assert place in text
    assert text.count("Said in time.") == 2
    assert "Said too late." not in text


def test_decision_story_is_for_those_who_may_read_the_decision(thread: Thread) -> None:
    assert Client().get(address(thread.decision)).status_code == 200  # the control
    Workspace.objects.filter(pk=thread.decision.workspace_id).update(
        visibility=Visibility.PARTNERSHIP, open_to=OpenTo.INVITATION
    )
    assert Client().get(address(thread.decision)).status_code == 404
    assert signed_in(thread.world.service_user).get(address(thread.decision)).status_code == 404
    assert signed_in(thread.world.facilitator).get(address(thread.decision)).status_code == 200


def test_decision_story_of_a_draft_is_for_those_who_may_change_it(thread: Thread) -> None:
    say(thread, "Who pays in winter?")
    world, draft = thread.world, thread.decision
    Decision.objects.filter(pk=draft.pk).update(
        published_at=None,
        published_by=None,
        sent_to_confirm_at=day(20),
        sent_to_confirm_by=world.facilitator,
    )
    Partnership.objects.filter(pk=world.partnership.pk).update(confirms_decisions=True)
    text = read(draft, world.facilitator)
    for words in ("This is a draft.", "Getting there", "Who pays in winter?", "Who was heard, and"):
        assert words in text, words
    assert "stands in the partnership’s record" not in text  # nothing is sealed yet
    text = read(draft, world.commissioner)  # reads it, to confirm it
    assert draft.what in text
    assert "Who pays in winter?" not in text
    assert signed_in(world.carer).get(address(draft)).status_code == 404
    assert Client().get(address(draft)).status_code == 404


def test_decision_story_is_sealed() -> None:
    things = Things(World())
    client = signed_in(things.world.carer)
    text = client.get(address(things.decision)).content.decode()
    assert things.decision.fingerprint in text
    assert reverse("portal:record", args=[things.world.slug]) in text


def test_decision_story_shows_hostile_words_as_words(thread: Thread) -> None:
    say(thread, HOSTILE)
    vote(thread, HOSTILE)
    Decision.objects.filter(pk=thread.decision.pk).update(title=HOSTILE, dissent=HOSTILE)
    text = read(thread.decision)
    assert HOSTILE not in text
    assert text.count(escape(HOSTILE)) >= 4


def test_decision_story_lists_the_later_decision(thread: Thread) -> None:
    old = thread.decision
    later = Decision.objects.create(
        **{
            name: getattr(old, name)
            for name in ("partnership", "workspace", "what", "reasons", "evidence", "how")
        },
        title="Taxis for good",
        review_on=old.review_on + timedelta(days=99),
        replaces=old,
        drafted_by=old.drafted_by,
        published_by=old.published_by,
        published_at=day(200),
    )
    assert later.get_absolute_url() in read(old)


@pytest.mark.parametrize("n", [1, 3])
def test_decision_story_asks_as_much_for_three_as_for_one(
    thread: Thread, django_assert_num_queries: object, n: int
) -> None:
    for i in range(n):
        say(thread, f"Point {i}")
        vote(thread, f"Vote {i}")
        thread.say(f"Voice {i}", by=None, on=i)
    decision = Decision.objects.select_related("partnership", "workspace").get(
        pk=thread.decision.pk
    )
    with django_assert_num_queries(QUERIES):  # type: ignore[operator]
        story_of(decision, None)
