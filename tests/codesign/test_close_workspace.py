"""Closing a space: nothing is lost, nothing is added, and it can be opened again."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.models import Revision

from codesign.enums import CommentKind, HidingReason, OpenTo, StageKind
from codesign.models import Proposal, Workspace
from codesign.operations import (
    activities,
    assessments,
    comments,
    decisions,
    members,
    merges,
    moderation,
    proposals,
    sessions,
    sheets,
    sign_ups,
    stages,
    supports,
    texts,
    workspaces,
)
from codesign.queries import lists
from codesign.queries.workspaces import workspace_page, workspaces_of
from feedback.queries.themes import workspaces_taking_proposals
from portal import live, permissions, record
from portal.enums import Channel, Role, Visibility
from portal.models import RecordContent, RecordEntry, ref
from portal.operations import notices as following
from portal.refusal import Refusal
from tests.codesign.activity import an_activity, an_agreed_proposal, in_days, words
from tests.codesign.test_merges import told
from tests.codesign.test_proposals import an_open_proposal
from tests.world import World, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


def close(world: World, reason: str = "We have decided.") -> Workspace:
    workspaces.close_workspace(workspace=world.workspace, reason=reason, by=world.facilitator)
    world.workspace = Workspace.objects.get(pk=world.workspace.pk)
    return world.workspace


def reopen(world: World, reason: str = "There is more.") -> Workspace:
    workspaces.reopen_workspace(workspace=world.workspace, reason=reason, by=world.facilitator)
    world.workspace = Workspace.objects.get(pk=world.workspace.pk)
    return world.workspace


def test_close_workspace_keeps_everything_readable_and_tells_those_concerned(world: World) -> None:
    proposal = an_open_proposal(world)
    following.follow(thing=world.workspace, by=world.guest)
    before = live.revision(world.workspace)
    closed = close(world)
    assert closed.is_closed
    assert (closed.closed_by, closed.closed_reason) == (world.facilitator, "We have decided.")
    assert (closed.stage, closed.next_stage) == (None, None)
    assert live.revision(closed) > before
    assert told("was closed, because: We have decided.") == {"Maureen": False, "Blue Kite": False}
    entry = RecordEntry.objects.get(subject=ref(closed), kind="workspace_closed")
    assert "We have decided" not in entry.line
    content = RecordContent.objects.get(partnership_id=world.partnership.pk, seq=entry.seq)
    assert content.content == {"reason": "We have decided."}
    for client in (Client(), signed_in(world.carer)):
        for url in (closed.get_absolute_url(), proposal.get_absolute_url()):
            assert client.get(url).status_code == 200


def acts(world: World, proposal: Proposal) -> dict[str, Callable[[], object]]:
    """Everything that would add something to the space, or move what stands in it."""
    space, by = proposal.workspace, world.facilitator
    other = Proposal.objects.exclude(pk=proposal.pk).filter(status="open").get()
    given = sheets.Given(Channel.PHONE, "On the phone.")
    who = sheets.Person(world.guest)
    decision = {
        "words": decisions.DecisionWords(
            title="x", what="x", reasons="x", evidence="x", how="x", review_on=in_days(9).date()
        ),
        "outcomes": [],
    }
    asked = {"proposal": proposal, "by": by, "reason": "Because."}
    stage = space.stages.get()
    return {
        "draft": lambda: proposals.draft_proposal(
            workspace=space, title="x", why="x", by=world.carer
        ),
        "support": lambda: supports.support_proposal(proposal=proposal, by=world.guest),
        "withdraw": lambda: supports.withdraw_support(proposal=proposal, by=world.service_user),
        "comment": lambda: comments.comment_on_proposal(
            proposal=proposal, text="x", by=world.guest
        ),
        "amend": lambda: texts.amend_proposal(
            proposal=proposal, title="x", why="x", reason="x", based_on=1, by=world.guest
        ),
        "write together": lambda: texts.invite_co_author(
            proposal=proposal, participant=world.guest, by=world.carer
        ),
        "shortlist": lambda: proposals.shortlist_proposal(**asked),
        "park": lambda: proposals.park_proposal(**asked),
        "merge": lambda: merges.merge_proposals(
            proposals=[other], into=proposal, by=by, reason="x"
        ),
        "split": lambda: merges.split_proposal(
            parts=[merges.Part("x", "x"), merges.Part("y", "y")], **asked
        ),
        "enter": lambda: sheets.enter_support(
            proposal=proposal, person=who, given=given, by=world.provider
        ),
        "enter a sheet": lambda: sheets.enter_sheet(
            workspace=space,
            number="T1",
            channel=Channel.PAPER,
            consent="x",
            lines=[sheets.SheetLine(who, [proposal])],
            by=world.provider,
        ),
        "print": lambda: sheets.print_sheets(
            workspace=space, proposals=[proposal], copies=1, by=world.carer
        ),
        "judge": lambda: assessments.agree_criteria(
            workspace=space, criteria=assessments.usual_criteria(), by=by
        ),
        "meet": lambda: sessions.open_session(workspace=space, title="x", question="x", by=by),
        "decide": lambda: decisions.draft_decision(workspace=space, by=by, **decision),
        "move a stage": lambda: stages.move_stage(
            stage=stage, opens_on=in_days(3).date(), reason="x", by=by
        ),
        "start": lambda: activities.start_activity(
            proposal=Proposal.objects.select_related("workspace").get(status="agreed"),
            words=words(),
            first_at=in_days(3),
            minutes=60,
            rrule="",
            capacity=None,
            hosts=[world.carer],
            by=world.facilitator,
        ),
    }


def test_a_closed_space_takes_nothing_new_and_takes_everything_again_once_it_is_open(
    world: World,
) -> None:
    an_open_proposal(world, "A bus")
    an_agreed_proposal(world, "A walking group")
    proposal = an_open_proposal(world)
    supports.support_proposal(proposal=proposal, by=world.service_user)
    comment = comments.comment_on_proposal(
        proposal=proposal, text="Where?", kind=CommentKind.QUESTION, by=world.guest
    )
    entries = RecordEntry.objects.count()
    close(world)
    for name, act in acts(world, Proposal.objects.get(pk=proposal.pk)).items():
        with pytest.raises(Refusal, match="This space is closed"):
            act()
        assert RecordEntry.objects.count() == entries + 1, name
    # Whoever is hurt by words, or wants theirs back, need not wait.
    comments.withdraw_comment(comment=comment, by=world.guest)
    moderation.hide_proposal(
        proposal=proposal, reason=HidingReason.NAMED, why="A name.", by=world.moderator
    )
    members.set_access(
        workspace=world.workspace,
        open_to=OpenTo.PARTNERSHIP,
        visibility=Visibility.PARTNERSHIP,
        by=world.facilitator,
    )
    assert Client().get(world.workspace.get_absolute_url()).status_code in {302, 404}
    assert Workspace.objects.get(pk=world.workspace.pk).is_closed


@pytest.mark.parametrize(
    "name",
    [
        "draft",
        "support",
        "comment",
        "amend",
        "shortlist",
        "merge",
        "enter",
        "print",
        "meet",
        "start",
    ],
)
def test_control_each_of_these_acts_is_taken_where_the_space_is_open(
    world: World, name: str
) -> None:
    an_open_proposal(world, "A bus")
    an_agreed_proposal(world, "A walking group")
    proposal = an_open_proposal(world)
    supports.support_proposal(proposal=proposal, by=world.service_user)
    close(world)
    reopen(world)
    acts(world, Proposal.objects.get(pk=proposal.pk))[name]()


def test_what_came_of_a_closed_space_goes_on(world: World) -> None:
    activity = an_activity(world, "A knitting group")
    close(world)
    date = activity.dates.first()
    assert date is not None
    assert sign_ups.sign_up(date=date, by=world.guest).state == "coming"


def test_close_workspace_waits_for_an_open_session(world: World) -> None:
    session = sessions.open_session(
        workspace=world.workspace, title="Kitchen table", question="What?", by=world.facilitator
    )
    with pytest.raises(workspaces.UnableToCloseWorkspace, match=r"Kitchen table.*Close it first"):
        close(world)
    client = signed_in(world.facilitator)
    url = reverse("codesign:close_workspace", args=["norfolk", world.workspace.pk])
    page = client.get(url).content.decode()
    assert session.get_absolute_url() in page
    refused = client.post(url, {"reason": "Done."})
    assert refused.status_code == 422
    assert "is still open in this space" in refused.content.decode()
    sessions.close_session(session=session, chosen=[], closing_words="", by=world.facilitator)
    assert close(world).is_closed


def test_close_and_reopen_workspace_refusals(world: World) -> None:
    for who in (world.carer, world.provider, world.moderator, world.admin):
        for act in (workspaces.close_workspace, workspaces.reopen_workspace):
            with pytest.raises(permissions.PermissionRefused):
                act(workspace=world.workspace, reason="x", by=who)
    with pytest.raises(permissions.OutsidePartnership):
        workspaces.close_workspace(
            workspace=world.workspace, reason="x", by=World(slug="other").facilitator
        )
    with pytest.raises(workspaces.UnableToReopenWorkspace, match="not closed"):
        reopen(world)
    close(world)
    with pytest.raises(workspaces.UnableToCloseWorkspace, match="closed already"):
        close(world)


@pytest.mark.parametrize("act", ["close", "reopen"])
def test_nothing_is_written_when_the_record_fails(
    world: World, act: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if act == "reopen":
        close(world)

    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError("no record")

    monkeypatch.setattr(record, "append", broken)
    with pytest.raises(RuntimeError, match="no record"):
        close(world) if act == "close" else reopen(world)
    assert Workspace.objects.get(pk=world.workspace.pk).is_closed == (act == "reopen")


def test_an_editors_older_draft_opens_no_closed_space(world: World) -> None:
    space = world.workspace
    draft = space.save_revision()
    close(world)
    Revision.objects.get(pk=draft.pk).publish()
    assert Workspace.objects.get(pk=space.pk).is_closed
    old = Workspace.objects.get(pk=space.pk).save_revision()
    reopen(world)
    assert old.content["closed_reason"] == "We have decided."
    Revision.objects.get(pk=old.pk).publish()
    assert not Workspace.objects.get(pk=space.pk).is_closed


def test_a_closed_space_stands_after_the_living_ones_everywhere(world: World) -> None:
    later = world.open_workspace("Getting there")
    closed = close(world)
    assert list(workspaces_of(world.partnership, world.carer)) == [later, closed]
    for url in (reverse("codesign:workspaces", args=["norfolk"]), world.page.url):
        page = signed_in(world.carer).get(url).content.decode()
        assert page.index(">Getting there<") < page.index(">Breaks that really are a break<")
        assert "Closed" in page
    assert list(workspaces_taking_proposals(world.partnership, world.carer)) == [later]
    listed = lists.workspace_to_list(world.partnership, world.carer, closed.pk)
    assert listed is not None
    assert listed.stage is None


def test_the_page_says_that_it_is_closed_and_why_and_what_was_before(world: World) -> None:
    proposal = an_open_proposal(world)
    client = signed_in(world.facilitator)
    space = world.workspace.get_absolute_url()
    url = reverse("codesign:close_workspace", args=["norfolk", world.workspace.pk])
    again = reverse("codesign:reopen_workspace", args=["norfolk", world.workspace.pk])
    assert url in client.get(space).content.decode()
    assert client.post(url, {"reason": "  "}).status_code == 422
    sent = {"reason": "A <b>mistake</b>, sorry.", "once": "c"}
    for _twice in range(2):
        assert client.post(url, sent)["Location"] == space
    page = client.get(space).content.decode()
    assert "This space was closed on" in page
    assert "A &lt;b&gt;mistake&lt;/b&gt;, sorry." in page
    assert again in page
    for gone in (url, "codesign:open_session", "codesign:draft_proposal"):
        address = gone if "/" in gone else reverse(gone, args=["norfolk", world.workspace.pk])
        assert address not in page
    read = signed_in(world.carer).get(space).content.decode()
    assert "This space takes nothing new." in read
    assert again not in read
    suggestion = signed_in(world.carer).get(proposal.get_absolute_url()).content.decode()
    assert reverse("codesign:support_proposal", args=["norfolk", proposal.pk]) not in suggestion
    assert client.post(again, {"reason": "It was none."})["Location"] == space
    page = client.get(space).content.decode()
    assert "This space was closed on" not in page
    assert "When it was closed and opened again" in page
    for words_kept in ("A &lt;b&gt;mistake&lt;/b&gt;, sorry.", "It was none."):
        assert words_kept in page


def test_a_closed_space_for_some_is_no_more_readable_than_before(world: World) -> None:
    members.set_access(
        workspace=world.workspace,
        open_to=OpenTo.ROLES,
        roles=[Role.CARER],
        visibility=Visibility.PARTNERSHIP,
        by=world.facilitator,
    )
    space = close(world)
    assert space.is_readable_by(world.carer)
    assert not space.is_readable_by(world.commissioner)
    assert signed_in(world.commissioner).get(space.get_absolute_url()).status_code == 404


def test_a_new_round_may_follow_a_closed_one(world: World) -> None:
    close(world)
    made = workspaces.duplicate_workspace(
        workspace=world.workspace,
        title="Round two",
        starts_on=in_days(3).date(),
        by=world.facilitator,
    )
    assert not made.is_closed
    assert workspace_page(made, world.carer).before == world.workspace


def test_stage_of_a_closed_space_of_each_kind_opens_nothing() -> None:
    for kind in StageKind:
        world = World(slug=f"w{kind.value}", stage=kind)
        assert world.workspace.stage is not None
        assert close(world).stage is None
