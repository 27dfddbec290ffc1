"""Decisions: drafted, published once, sealed, and telling everyone concerned."""

import html
import re
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from codesign.enums import (
    BallotMethod,
    CommentKind,
    HidingReason,
    Outcome,
    ProposalStatus,
    StageKind,
)
from codesign.models import Decision, Objection, Proposal
from codesign.operations import (
    assessments,
    ballots,
    comments,
    commitments,
    corrections,
    deciders,
    decisions,
    moderation,
    objections,
    proposals,
    supports,
)
from codesign.operations.commitments import CommitmentWords
from codesign.operations.deciders import DeciderWords
from codesign.queries import evidence
from feedback.models import ThemeProposal
from portal import answers, clock, permissions, record
from portal.enums import Role
from portal.models import Answer, Checkpoint, Notice, RecordContent, RecordEntry, ref
from tests.codesign.ballot import a_closed_ballot, an_open_ballot, closed
from tests.codesign.test_proposals import an_open_proposal
from tests.things import Things
from tests.world import World, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    """Its space takes suggestions as well as ballots."""
    return World(stage=StageKind.DEVELOP)


def words(**more: Any) -> decisions.DecisionWords:
    said = {
        "title": "Longer breaks from the spring",
        "what": "Breaks last four hours from April.",
        "reasons": "Two hours is travel and no rest.",
        "evidence": "Eleven voices, two sessions, one costing. We do not know the winter demand.",
        "how": "The council (commissioner) and Breakwater Care (provider).",
        "review_on": clock.today() + timedelta(days=180),
        "dissent": "Funmi: the money should go to evenings first.",
    }
    return decisions.DecisionWords(**(said | more))


def a_draft(
    world: World, *about: Proposal, outcome: Outcome = Outcome.AGREED, **more: Any
) -> Decision:
    """A draft about these; `more` as in Rests, or `title`."""
    title = {"title": more.pop("title")} if "title" in more else {}
    return decisions.draft_decision(
        workspace=world.workspace,
        words=words(**title),
        outcomes=[
            decisions.OutcomeFor(proposal=each, outcome=outcome, reason="It was asked for most.")
            for each in about
        ],
        on=decisions.Rests(**more),
        by=world.facilitator,
    )


def published(world: World, *about: Proposal, **more: Any) -> Decision:
    return decisions.publish_decision(decision=a_draft(world, *about, **more), by=world.facilitator)


def test_draft_decision_changes_nothing_for_anybody(world: World) -> None:
    proposal = an_open_proposal(world)
    draft = a_draft(world, proposal)
    proposal.refresh_from_db()
    assert proposal.status == ProposalStatus.OPEN
    assert draft not in Decision.objects.visible_to(world.carer)
    assert not RecordEntry.objects.filter(subject=ref(draft)).exists()
    assert signed_in(world.carer).get(draft.get_absolute_url()).status_code == 404
    assert signed_in(world.facilitator).get(draft.get_absolute_url()).status_code == 200


def test_draft_decision_refusals(world: World) -> None:
    proposal = an_open_proposal(world)
    with pytest.raises(permissions.PermissionRefused):
        decisions.draft_decision(
            workspace=world.workspace, words=words(), outcomes=[], by=world.carer
        )
    elsewhere = world.open_workspace("Another space")
    with pytest.raises(decisions.UnableToDraftDecision, match="this space"):
        decisions.draft_decision(
            workspace=elsewhere,
            words=words(),
            outcomes=[decisions.OutcomeFor(proposal, Outcome.AGREED, "Yes.")],
            by=world.facilitator,
        )
    with pytest.raises(decisions.UnableToDraftDecision, match="reason"):
        decisions.draft_decision(
            workspace=world.workspace,
            words=words(),
            outcomes=[decisions.OutcomeFor(proposal, Outcome.AGREED, "  ")],
            by=world.facilitator,
        )


def test_publish_decision_seals_moves_and_answers(world: World) -> None:
    proposal = an_open_proposal(world)
    supports.support_proposal(proposal=proposal, by=world.service_user)
    comments.comment_on_proposal(proposal=proposal, text="Yes.", by=world.partner)
    draft = a_draft(world, proposal)
    foreseen = answers.preview(draft)
    made = decisions.publish_decision(decision=draft, by=world.facilitator)
    proposal.refresh_from_db()
    assert proposal.status == ProposalStatus.AGREED
    assert proposal.status_reason == "It was asked for most."
    told = Answer.objects.filter(subject=ref(made))
    assert {answer.participant_id for answer in told} == {
        world.carer.pk,
        world.service_user.pk,
        world.partner.pk,
    }
    assert {each.participant.pk for each in foreseen if each.participant} == {
        answer.participant_id for answer in told
    }
    assert Notice.objects.filter(subject=ref(made)).count() == 3
    seal = Checkpoint.objects.get(partnership_id=world.partnership.pk)
    assert made.fingerprint == seal.fingerprint
    entry = RecordEntry.objects.get(subject=ref(made))
    assert entry.kind == "decision_published"
    assert "Longer breaks" not in entry.line
    assert entry.seq == seal.size


def test_publish_decision_happens_once(world: World) -> None:
    draft = a_draft(world, an_open_proposal(world))
    decisions.publish_decision(decision=draft, by=world.facilitator)
    with pytest.raises(decisions.UnableToPublishDecision, match="already"):
        decisions.publish_decision(decision=draft, by=world.facilitator)
    with pytest.raises(decisions.UnableToPublishDecision, match="stay"):
        decisions.edit_decision(decision=draft, words=words(), outcomes=[], by=world.facilitator)


def test_publish_decision_is_refused_when_a_proposal_has_moved_on(world: World) -> None:
    proposal = an_open_proposal(world)
    draft = a_draft(world, proposal)
    proposals.withdraw_proposal(proposal=proposal, by=world.carer, reason="No longer needed.")
    with pytest.raises(decisions.UnableToPublishDecision, match="Withdrawn"):
        decisions.publish_decision(decision=draft, by=world.facilitator)
    draft.refresh_from_db()
    assert not draft.is_published
    assert not Answer.objects.exists()


def test_publish_decision_needs_something_decided(world: World) -> None:
    draft = a_draft(world)
    with pytest.raises(decisions.UnableToPublishDecision, match="at least one"):
        decisions.publish_decision(decision=draft, by=world.facilitator)


def test_publish_decision_writes_nothing_when_the_record_fails(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    proposal = an_open_proposal(world)
    draft = a_draft(world, proposal)

    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError("no record")

    monkeypatch.setattr(record, "checkpoint", broken)
    with pytest.raises(RuntimeError, match="no record"):
        decisions.publish_decision(decision=draft, by=world.facilitator)
    proposal.refresh_from_db()
    draft.refresh_from_db()
    assert (proposal.status, draft.published_at) == (ProposalStatus.OPEN, None)
    assert not Answer.objects.exists()


def test_a_decision_is_drafted_previewed_and_published_by_posting_forms(world: World) -> None:
    proposal = an_open_proposal(world)
    client = signed_in(world.facilitator)
    new = reverse("codesign:draft_decision", args=["norfolk", world.workspace.pk])
    fields = {
        "title": "Longer breaks",
        "what": "Four hours.",
        "reasons": "Rest.",
        "evidence": "Eleven voices.",
        "how": "The council.",
        "review_on": (clock.today() + timedelta(days=90)).isoformat(),
        f"outcome_{proposal.pk}": "agreed",
    }
    without_reason = client.post(new, fields)
    assert without_reason.status_code == 422
    assert "Give a reason" in without_reason.content.decode()
    client.post(new, fields | {f"reason_{proposal.pk}": "Asked for most."})
    draft = Decision.objects.get()
    publish = reverse("codesign:publish_decision", args=["norfolk", draft.pk])
    preview = client.get(publish).content.decode()
    assert "Maureen" in preview
    client.post(publish)
    page = signed_in(world.carer).get(draft.get_absolute_url()).content.decode()
    assert "Asked for most." in page
    draft.refresh_from_db()
    assert draft.fingerprint in page


def listed(page: str) -> set[int]:
    return {int(pk) for pk in re.findall(r'name="outcome_([0-9]+)"', page)}


def test_a_decision_begins_with_one_suggestion_and_others_are_looked_for(world: World) -> None:
    proposal = an_open_proposal(world)
    dance = an_open_proposal(world, "A tea dance")
    hidden = an_open_proposal(world, "Another dance")
    moderation.hide_proposal(
        proposal=hidden, reason=HidingReason.NAMED, why="Names.", by=world.moderator
    )
    short = [an_open_proposal(world, f"Listed {number}") for number in range(22)]
    Proposal.objects.filter(pk__in=[each.pk for each in short]).update(status="shortlisted")
    client = signed_in(world.facilitator)
    page = client.get(proposal.get_absolute_url()).content.decode()
    new = reverse("codesign:draft_decision", args=["norfolk", world.workspace.pk])
    about = f"{new}?about={proposal.pk}"
    assert f'href="{about}"' in page
    assert listed(client.get(about).content.decode()) == {proposal.pk}
    assert len(listed(client.get(new).content.decode())) == 20
    for odd in ("x", "9" * 30, str(hidden.pk + 10_000)):
        assert len(listed(client.get(f"{new}?about={odd}").content.decode())) == 20
    typed = {
        "title": "Longer breaks",
        f"outcome_{proposal.pk}": "agreed",
        f"reason_{proposal.pk}": "Asked for most.",
    }
    found = client.post(about, typed | {"look": "1", "find": "dance"})
    assert found.status_code == 200
    page = found.content.decode()
    assert listed(page) == {proposal.pk, dance.pk}
    assert "Longer breaks" in page
    assert "Asked for most." in page
    assert '<option value="agreed" selected>' in page
    none = client.post(about, typed | {"look": "1", "find": "zebra"}).content.decode()
    assert listed(none) == {proposal.pk}
    assert "We found no others." in none
    assert len(listed(client.post(about, typed | {"look": "1"}).content.decode())) == 21
    assert not Decision.objects.exists()
    draft = a_draft(world, dance)
    edit = reverse("codesign:edit_decision", args=["norfolk", draft.pk])
    assert listed(client.get(edit).content.decode()) == {dance.pk}


def test_a_provider_goes_on_from_a_decision_to_the_change_it_asks_for(world: World) -> None:
    decided = decisions.publish_decision(
        decision=a_draft(world, an_open_proposal(world)), by=world.facilitator
    )
    onward = reverse("feedback:draft_adaptation", args=["norfolk"]) + f"?decision={decided.pk}"
    assert onward in signed_in(world.provider).get(decided.get_absolute_url()).content.decode()
    assert onward not in signed_in(world.carer).get(decided.get_absolute_url()).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_decisions_page_takes_the_same_queries(
    world: World, count: int, django_assert_num_queries
) -> None:
    for number in range(count):
        decisions.publish_decision(
            decision=a_draft(world, an_open_proposal(world, f"Idea {number}")),
            by=world.facilitator,
        )
    client = signed_in(world.carer)
    url = reverse("codesign:decisions", args=["norfolk"])
    client.get(url)
    with django_assert_num_queries(12):
        client.get(url)


def test_draft_decision_keeps_scores_on_the_criteria_of_the_space(world: World) -> None:
    criteria = assessments.agree_criteria(
        workspace=world.workspace, criteria=assessments.usual_criteria(), by=world.facilitator
    )
    proposal = an_open_proposal(world)

    def drafted(scores: dict[int, int]) -> Decision:
        return decisions.draft_decision(
            workspace=world.workspace,
            words=words(),
            outcomes=[decisions.OutcomeFor(proposal, Outcome.AGREED, "Yes.", scores)],
            by=world.facilitator,
        )

    made = drafted({criteria[0].pk: 5, criteria[2].pk: 2})
    given = {each.criterion.name: each.score for each in made.outcomes.get().scores.all()}
    assert given == {"Feasibility": 5, "Reach": 2}
    with pytest.raises(decisions.UnableToDraftDecision, match="from 1 to 5"):
        drafted({criteria[0].pk: 6})
    elsewhere = world.open_workspace("Another space")
    [other, *_rest] = assessments.agree_criteria(
        workspace=elsewhere, criteria=assessments.usual_criteria(), by=world.facilitator
    )
    with pytest.raises(decisions.UnableToDraftDecision, match="judged by"):
        drafted({other.pk: 3})
    with pytest.raises(assessments.UnableToAgreeCriteria, match="they stay"):
        assessments.agree_criteria(
            workspace=world.workspace, criteria=assessments.usual_criteria(), by=world.facilitator
        )


def test_edit_decision_by_somebody_who_has_not_seen_the_draft_keeps_the_others_words(
    world: World,
) -> None:
    proposal = an_open_proposal(world)
    draft = a_draft(world, proposal)
    client = signed_in(world.facilitator)
    url = reverse("codesign:edit_decision", args=["norfolk", draft.pk])
    seen = client.get(url).content.decode()
    [based_on] = re.findall(r'name="based_on" value="([0-9a-f]{16})"', seen)
    decisions.edit_decision(
        decision=draft, words=words(title="Theirs"), outcomes=[], by=world.facilitator
    )
    fields = {name: str(value) for name, value in vars(words(title="Mine")).items()}
    again = client.post(url, fields | {"based_on": based_on})
    assert again.status_code == 422
    page = again.content.decode()
    assert "Somebody else has changed this draft" in page
    assert "Mine" in page
    draft.refresh_from_db()
    assert draft.title == "Theirs"
    [based_on] = re.findall(r'name="based_on" value="([0-9a-f]{16})"', page)
    assert client.post(url, fields | {"based_on": based_on}).status_code == 302
    draft.refresh_from_db()
    assert draft.title == "Mine"


def test_set_deciders_and_set_commitments(world: World) -> None:
    draft = a_draft(world, an_open_proposal(world))
    deciders.set_deciders(
        decision=draft,
        deciders=[
            DeciderWords(participant=world.provider, interest="My team would run it."),
            DeciderWords(
                name="Councillor Hall", role=Role.COMMISSIONER, organisation="The council"
            ),
        ],
        by=world.facilitator,
    )
    priya, hall = draft.deciders.all()
    assert (priya.shown_name, priya.role, priya.organisation) == (
        "Priya",
        Role.PROVIDER,
        "Breakwater Care",
    )
    assert (hall.shown_name, hall.organisation, hall.interest) == (
        "Councillor Hall",
        "The council",
        "",
    )
    commitments.set_commitments(
        decision=draft,
        commitments=[CommitmentWords("Book the hall", "Priya", clock.today())],
        by=world.facilitator,
    )
    made = decisions.publish_decision(decision=draft, by=world.facilitator)
    sealed = RecordContent.objects.get(
        seq=RecordEntry.objects.get(subject=ref(made)).seq, partnership_id=made.partnership_id
    ).content
    assert sealed["deciders"] == [
        {
            "participant": ref(world.provider),
            "name": "Priya",
            "role": "provider",
            "organisation": "Breakwater Care",
            "interest": "My team would run it.",
        },
        {"name": "Councillor Hall", "role": "commissioner", "organisation": "The council"},
    ]
    assert sealed["commitments"] == [
        {"what": "Book the hall", "who": "Priya", "by_when": f"{clock.today():%Y-%m-%d}"}
    ]
    for change in (
        lambda: deciders.set_deciders(decision=draft, deciders=[], by=world.facilitator),
        lambda: commitments.set_commitments(decision=draft, commitments=[], by=world.facilitator),
    ):
        with pytest.raises(decisions.UnableToPublishDecision, match="stay"):
            change()
    page = signed_in(world.carer).get(made.get_absolute_url()).content.decode()
    for said in ("Councillor Hall", "My team would run it.", "Declared nothing", "Book the hall"):
        assert said in page


def test_set_deciders_and_set_commitments_refusals(world: World) -> None:
    draft = a_draft(world)
    stranger = World(slug="other").carer
    for people, why in (
        ([DeciderWords(name="Ann")], "which side"),
        ([DeciderWords(role=Role.CARER)], "who they are"),
        ([DeciderWords(participant=world.carer)] * 2, "twice"),
        ([DeciderWords(participant=stranger)], "this partnership"),
        ([DeciderWords(name="Ann", role=Role.CARER)] * 31, "at most 30"),
    ):
        with pytest.raises(decisions.UnableToDraftDecision, match=why):
            deciders.set_deciders(decision=draft, deciders=people, by=world.facilitator)
    with pytest.raises(decisions.UnableToDraftDecision, match="who does it"):
        commitments.set_commitments(
            decision=draft,
            commitments=[CommitmentWords("Book it", " ", clock.today())],
            by=world.facilitator,
        )
    for refused in (deciders.set_deciders, commitments.set_commitments):
        rows = {"deciders": []} if refused is deciders.set_deciders else {"commitments": []}
        with pytest.raises(permissions.PermissionRefused):
            refused(decision=draft, by=world.commissioner, **rows)
    assert not draft.deciders.exists()


def test_rows_are_added_one_by_one_and_kept_without_a_script(world: World) -> None:
    draft = a_draft(world)
    client = signed_in(world.facilitator)
    url = reverse("codesign:set_commitments", args=["norfolk", draft.pk])
    typed = {"what_1": "Book the hall", "who_1": "Priya"}
    page = client.post(url, typed | {"more": "1"}).content.decode()
    assert "Book the hall" in page
    assert 'name="what_2"' in page
    assert 'name="what_3"' not in page
    assert not draft.commitments.exists()
    day = f"{clock.today():%Y-%m-%d}"
    wrong = client.post(url, typed | {"what_2": "", "who_2": "Sam"})
    assert wrong.status_code == 422
    assert "empty all of row 2" in wrong.content.decode()
    good = typed | {"by_when_1": day, "what_2": "", "what_3": "Tell all", "who_3": "Sam"}
    assert client.post(url, good | {"by_when_3": day}).status_code == 302
    assert [(each.place, each.what) for each in draft.commitments.all()] == [
        (1, "Book the hall"),
        (2, "Tell all"),
    ]
    people = reverse("codesign:set_deciders", args=["norfolk", draft.pk])
    both = {"person_1": str(world.carer.pk), "name_1": "", "name_2": "Ann", "role_2": "partner"}
    assert client.post(people, both).status_code == 302
    assert [str(each) for each in draft.deciders.all()] == ["Maureen", "Ann"]
    shown = client.get(people).content.decode()
    assert f'<option value="{world.carer.pk}" selected>' in shown
    assert 'name="name_3"' in shown


def test_publish_decision_waits_for_an_answer_to_every_objection(world: World) -> None:
    ballot = a_closed_ballot(
        world,
        method=BallotMethod.CONSENT,
        space=world.workspace,
        choices={"carer": "agree"},
    )
    Objection.objects.create(
        partnership=world.partnership, ballot=ballot, code="0" * 32, words="Too far away."
    )
    [said] = ballot.objections.all()
    draft = a_draft(world, ballot.options.get().proposal, ballots=[ballot])
    own = objections.raise_objection(
        decision=draft, words="We cannot afford it.", said_by="The treasurer", by=world.facilitator
    )
    with pytest.raises(objections.UnableToRaiseObjection, match="already"):
        objections.raise_objection(
            decision=draft,
            words="We cannot afford it.",
            said_by="The treasurer",
            by=world.facilitator,
        )
    for each in (said, own):
        with pytest.raises(decisions.UnableToPublishDecision, match="written answer"):
            decisions.publish_decision(decision=draft, by=world.facilitator)
        objections.answer_objection(
            objection=each, answer="A bus goes there.", by=world.commissioner
        )
    hidden = RecordEntry.objects.get(subject=ref(own), kind="objection_answered")
    assert not RecordContent.objects.filter(seq=hidden.seq).exists()
    made = decisions.publish_decision(decision=draft, by=world.facilitator)
    entry = RecordEntry.objects.get(subject=ref(made))
    assert f'"ballots":["{ref(ballot)}"]' in entry.line
    content = RecordContent.objects.get(seq=entry.seq).content
    assert content["objections"] == [
        {
            "words": "We cannot afford it.",
            "said_by": "The treasurer",
            "answer": "A bus goes there.",
        }
    ]
    page = signed_in(world.carer).get(made.get_absolute_url()).content.decode()
    assert "Too far away." in page
    assert "The treasurer" in page
    with pytest.raises(decisions.UnableToPublishDecision, match="stay"):
        objections.raise_objection(decision=made, words="Late.", said_by="", by=world.facilitator)


def test_publish_decision_tells_all_on_the_roll_and_never_who_voted(world: World) -> None:
    ballot = a_closed_ballot(world, space=world.workspace)
    draft = a_draft(world, ballot.options.first().proposal, ballots=[ballot])
    because = {
        each.participant.display_name: each.because
        for each in answers.preview(draft)
        if each.participant
    }
    assert because["Maureen"].startswith("you suggested")
    assert because["Sam"] == because["Colin"] == "you could vote on “What comes first?”"


def test_publish_decision_is_refused_while_people_vote_or_the_vote_was_annulled(
    world: World,
) -> None:
    open_one = an_open_ballot(world, space=world.workspace)
    chosen = open_one.options.first().proposal
    with pytest.raises(decisions.UnableToPublishDecision, match="vote on this now"):
        published(world, chosen)
    with pytest.raises(decisions.UnableToDraftDecision, match="have been counted"):
        a_draft(world, chosen, ballots=[open_one])
    counted = closed(world, open_one)
    draft = a_draft(world, chosen, ballots=[counted])
    ballots.annul_ballot(ballot=counted, reason="The wrong list.", by=world.facilitator)
    with pytest.raises(decisions.UnableToPublishDecision, match="does not count any more"):
        decisions.publish_decision(decision=draft, by=world.facilitator)


def test_what_is_known_about_a_suggestion_stands_beside_the_text(world: World) -> None:
    things = Things(world)
    ballot = a_closed_ballot(world, space=world.workspace)
    comments.comment_on_proposal(
        proposal=things.proposal, text="No bus.", kind=CommentKind.CONCERN, by=world.partner
    )
    client = signed_in(world.facilitator)
    new = reverse("codesign:draft_decision", args=["norfolk", world.workspace.pk])
    page = html.unescape(client.get(f"{new}?about={things.proposal.pk}").content.decode())
    assert "Concerns: 1" in page
    assert "Points for it: 1" in page
    assert "People who support it" in page
    link = ThemeProposal.objects.create(
        partnership=world.partnership, source=things.theme, target=things.merged_proposal
    )
    page = html.unescape(client.get(f"{new}?about={things.proposal.pk}").content.decode())
    assert f"{link.source.name}: voices: 1" in page, "a merged suggestion's theme counts"
    chosen = ballot.options.first().proposal
    page = html.unescape(client.get(f"{new}?about={chosen.pk}").content.decode())
    assert "hosen in the vote “What comes first?”" in page
    assert ballot.question in page


@pytest.mark.parametrize("count", [1, 3])
def test_known_about_takes_the_same_queries(
    world: World, count: int, django_assert_num_queries
) -> None:
    ballot = a_closed_ballot(world, space=world.workspace)
    proposals_ = [each.proposal for each in ballot.options.all()[:count]]
    with django_assert_num_queries(7):
        known = evidence.known_about(proposals_, world.facilitator)
    assert all(any(each.heading == "Votes" for each in kinds) for kinds in known.values())


@pytest.mark.parametrize("count", [1, 3])
def test_decision_takes_the_same_queries(
    world: World, count: int, django_assert_num_queries
) -> None:
    draft = a_draft(world, *[an_open_proposal(world, f"Idea {n}") for n in range(count)])
    deciders.set_deciders(
        decision=draft,
        deciders=[
            DeciderWords(participant=each)
            for each in [world.provider, world.carer, world.commissioner][:count]
        ],
        by=world.facilitator,
    )
    commitments.set_commitments(
        decision=draft,
        commitments=[CommitmentWords(f"Do {n}", "Priya", clock.today()) for n in range(count)],
        by=world.facilitator,
    )
    for number in range(count):
        raised = objections.raise_objection(
            decision=draft, words=f"No {number}.", said_by="", by=world.facilitator
        )
        objections.answer_objection(objection=raised, answer="Yes.", by=world.facilitator)
    made = decisions.publish_decision(decision=draft, by=world.facilitator)
    for number in range(count):
        corrections.ask_for_correction(decision=made, words=f"Wrong {number}.", by=world.partner)
    client = signed_in(world.carer)
    client.get(made.get_absolute_url())
    with django_assert_num_queries(40):
        client.get(made.get_absolute_url())
