"""A space for some roles, or by invitation, does not exist for anybody else, wherever one looks."""

from dataclasses import dataclass

import pytest
from django.test import Client
from django.urls import reverse

from codesign.enums import OpenTo
from codesign.models import Workspace
from codesign.operations import members, proposals, sessions, supports
from feedback.operations import themes
from portal.enums import Role, Visibility
from portal.models import ref
from tests.things import Things
from tests.world import World, signed_in

pytestmark = pytest.mark.django_db
WORDS = ("Breaks that really are a break", "A café for carers", "A tea dance", "Kitchen table")


@dataclass
class Closed:
    """Everything there is in a space, and a browser inside and one outside of it."""

    things: Things
    inside: Client
    outside: Client
    visitor: Client


def close(things: Things, open_to: OpenTo, *roles: Role) -> Closed:
    """Let the service user in, and a commissioner who is new here not. Who took part stays in."""
    world = things.world
    members.set_access(
        workspace=world.workspace,
        open_to=open_to,
        roles=roles,
        visibility=Visibility.PARTNERSHIP,
        by=world.facilitator,
    )
    things.world.workspace = Workspace.objects.get(pk=world.workspace.pk)
    newcomer = world.person(Role.COMMISSIONER)
    return Closed(things, signed_in(world.service_user), signed_in(newcomer), Client())


@pytest.fixture(params=["roles", "invitation"])
def closed(request: pytest.FixtureRequest) -> Closed:
    things = Things(World())
    themes.link_theme_to_proposal(
        theme=things.theme, proposal=things.proposal, by=things.world.carer, why="It asks for it."
    )
    if request.param == "roles":
        return close(things, OpenTo.ROLES, Role.SERVICE_USER, Role.CARER)
    return close(things, OpenTo.INVITATION)


def pages(things: Things) -> dict[str, str]:
    """Every page that stands in the space, by a name for it."""
    space, session = things.world.workspace, things.session

    def to(name: str, *args: object) -> str:
        return reverse(name, args=["norfolk", *args])

    return {
        "front": space.get_absolute_url(),
        "people": to("codesign:workspace_members", space.pk),
        "proposals": to("codesign:proposals", space.pk),
        "suggest": to("codesign:draft_proposal", space.pk),
        "proposal": things.proposal.get_absolute_url(),
        "decision": things.decision.get_absolute_url(),
        "room": to("codesign:session", session.pk),
        "board": to("codesign:session_board", session.pk),
        "qr": to("codesign:join_qr", session.pk),
        "minutes": to("codesign:session", things.closed_session.pk),
        "trail of a proposal": to("content:trail", "proposal", things.proposal.pk),
        "trail of a session": to("content:trail", "designsession", things.session.pk),
        "trail of a decision as JSON": to("content:trail_json", "decision", things.decision.pk),
    }


def test_its_pages_are_there_for_those_inside(closed: Closed) -> None:
    for name, url in pages(closed.things).items():
        assert closed.inside.get(url).status_code == 200, name


def test_its_pages_do_not_exist_for_those_outside(closed: Closed) -> None:
    for name, url in pages(closed.things).items():
        assert closed.outside.get(url).status_code == 404, name
        assert closed.visitor.get(url).status_code in {302, 404}, name


def test_nothing_can_be_done_in_it_from_outside(closed: Closed) -> None:
    t = closed.things
    for name, thing in (
        ("codesign:support_proposal", t.proposal),
        ("codesign:comment_on_proposal", t.proposal),
        ("codesign:draft_proposal", t.world.workspace),
        ("codesign:join_session", t.session),
        ("codesign:add_card", t.session),
        ("codesign:place_dot", t.card),
        ("codesign:take_dot_back", t.card),
    ):
        url = reverse(name, args=["norfolk", thing.pk])
        assert closed.outside.post(url, {"text": "Hello"}).status_code == 404, name
    for thing in (t.world.workspace, t.proposal, t.session, t.decision):
        url = reverse("portal:follow", args=["norfolk", ref(thing)])
        assert closed.outside.post(url).status_code == 404, ref(thing)
        assert closed.inside.post(url).status_code == 302, ref(thing)


def test_no_other_page_lets_its_words_out(closed: Closed) -> None:
    t = closed.things

    def to(name: str, *args: object) -> str:
        return reverse(name, args=["norfolk", *args])

    for url in (
        "/",
        "/norfolk/",
        to("codesign:workspaces"),
        to("codesign:decisions"),
        to("feedback:themes"),
        to("feedback:theme", t.theme.pk),
        to("feedback:voice", t.voice.pk),
        to("feedback:change_log"),
        to("feedback:change_log_feed"),
        to("feedback:adaptation", t.adaptation.pk),
        to("content:trail", "theme", t.theme.pk),
        to("content:trail", "adaptation", t.adaptation.pk),
        to("content:trail_json", "theme", t.theme.pk),
        to("portal:notices"),
        to("portal:record"),
    ):
        for client in (closed.outside, closed.visitor):
            text = client.get(url, follow=True).content.decode()
            found = [words for words in WORDS if words in text]
            assert not found, f"{url}: {found}"


def test_a_provider_outside_is_not_offered_its_suggestions_as_a_reason_for_a_change() -> None:
    things = Things(World())
    close(things, OpenTo.ROLES, Role.SERVICE_USER)
    newcomer = things.world.person(Role.PROVIDER)
    text = signed_in(newcomer).get(reverse("feedback:draft_adaptation", args=["norfolk"]))
    offered = text.context["form"].fields
    for each in (things.proposal, things.agreed_proposal):
        assert each not in offered["proposals"].queryset
    assert "decisions" not in offered  # there is no other
    assert things.proposal.title not in text.content.decode()
    assert things.decision.title not in text.content.decode()


def test_the_code_of_its_session_lets_somebody_in(closed: Closed) -> None:
    t = closed.things
    join = reverse("codesign:join_code", args=[t.session.code_shown])
    assert closed.outside.post(join).status_code == 302
    assert closed.outside.get(t.session.get_absolute_url()).status_code == 200
    assert closed.outside.get(t.world.workspace.get_absolute_url()).status_code == 200


def test_a_public_space_for_some_roles_is_read_by_all_and_added_to_by_those() -> None:
    world = World()
    proposal = proposals.draft_proposal(
        workspace=world.workspace, title="A café", why="Company.", by=world.carer
    )
    proposal = proposals.open_proposal(proposal=proposal, by=world.carer)
    members.set_access(
        workspace=world.workspace,
        open_to=OpenTo.ROLES,
        roles=[Role.CARER],
        visibility=Visibility.PUBLIC,
        by=world.facilitator,
    )
    proposal.workspace.refresh_from_db()
    page = signed_in(world.commissioner).get(world.workspace.get_absolute_url())
    text = page.content.decode()
    assert "Carers can take part here." in text
    suggest = reverse("codesign:draft_proposal", args=["norfolk", world.workspace.pk])
    assert suggest not in text
    visited = Client().get(world.workspace.get_absolute_url()).content.decode()
    assert "Sign in to suggest something" in visited
    with pytest.raises(supports.UnableToSupportProposal, match="asked into it"):
        supports.support_proposal(proposal=proposal, by=world.commissioner)
    session = sessions.open_session(
        workspace=proposal.workspace, title="Tea", question="What?", by=world.facilitator
    )
    with pytest.raises(sessions.UnableToJoinSession):
        sessions.join_session(session=session, by=world.commissioner)
