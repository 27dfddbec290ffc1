"""Pages that set a workspace up and look after it: each role, each mistake, each way back."""

from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from codesign.enums import OpenTo, StageKind
from codesign.framings import FRAMINGS
from codesign.models import Member, Stage, StageMove, Workspace
from codesign.operations import members
from codesign.queries.workspaces import next_round_of, stages_of
from portal import clock
from portal.enums import Role, Visibility
from tests.world import World, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def facilitator(world: World) -> Client:
    return signed_in(world.facilitator)


def to(name: str, *args: object) -> str:
    return reverse(f"codesign:{name}", args=["norfolk", *args])


def text_of(response: HttpResponse, status: int = 200) -> str:
    assert response.status_code == status
    return response.content.decode()


def new_space(**changes: object) -> dict[str, object]:
    begins = clock.today() + timedelta(days=2)
    return {
        "title": "Evenings out",
        "question": "What would you come to?",
        "introduction": "Tell us.\n\nWe listen <b>first</b>.",
        "starts_on": f"{begins:%Y-%m-%d}",
        "weeks_suggest": "2",
        "weeks_decide": "1",
        "open_to": "partnership",
        "visibility": "partnership",
    } | changes


# -- the list ------------------------------------------------------------------------------------


def test_workspaces_lists_what_somebody_may_read_with_its_question_and_stage(world: World) -> None:
    world.open_workspace("Closed to most")
    closed = Workspace.objects.get(title="Closed to most")
    members.set_access(
        workspace=closed,
        open_to=OpenTo.INVITATION,
        visibility=Visibility.PARTNERSHIP,
        by=world.facilitator,
    )
    text = text_of(signed_in(world.carer).get(to("workspaces")))
    assert "How should breaks work?" in text
    assert "Suggest, until" in text
    assert "Closed to most" not in text
    assert "Open a new space" not in text
    assert "Closed to most" in text_of(signed_in(world.facilitator).get(to("workspaces")))
    assert "Closed to most" not in text_of(Client().get(to("workspaces")))


@pytest.mark.parametrize("spaces", [1, 3])
def test_workspaces_costs_the_same_for_one_and_for_three(
    world: World, django_assert_max_num_queries: object, spaces: int
) -> None:
    for number in range(spaces - 1):
        world.open_workspace(f"Space {number}")
    client = signed_in(world.carer)
    client.get(to("workspaces"))
    with django_assert_max_num_queries(9):  # type: ignore[operator]
        assert client.get(to("workspaces")).status_code == 200


# -- setting one up ------------------------------------------------------------------------------


def test_open_workspace_first_asks_what_it_is_for(facilitator: Client) -> None:
    text = text_of(facilitator.get(to("open_workspace")))
    for framing in FRAMINGS.values():
        assert f'value="{framing.key}"' in text
    text_of(facilitator.get(to("open_workspace") + "?framing=nonsense"), 422)
    text_of(facilitator.get(to("open_workspace") + "?framing="), 422)


@pytest.mark.parametrize("key", FRAMINGS)
def test_open_workspace_as_a_framing_gives_it_needs_no_word_written(
    world: World, facilitator: Client, key: str
) -> None:
    """Under five minutes: choose, look, press the button."""
    url = f"{to('open_workspace')}?framing={key}"
    form = facilitator.get(url).context["form"]
    data = {
        name: field.value() for name in form.fields if (field := form[name]).value() is not None
    }
    response = facilitator.post(url, data)
    made = Workspace.objects.latest("pk")
    assert response.headers["Location"] == made.get_absolute_url()
    assert made.title == str(FRAMINGS[key].title)
    assert made.stage.opens_on == clock.today()
    assert [s.kind for s in made.stages.all()] == list(FRAMINGS[key].weeks)
    assert made.visibility == Visibility.PARTNERSHIP
    assert "The space is ready." in text_of(facilitator.get(made.get_absolute_url()))


def test_open_workspace_keeps_what_was_written_and_shows_it_as_words(facilitator: Client) -> None:
    facilitator.post(f"{to('open_workspace')}?framing=problem", new_space())
    made = Workspace.objects.latest("pk")
    begins = clock.today() + timedelta(days=2)
    assert [(s.kind, s.opens_on, (s.closes_on - s.opens_on).days) for s in made.stages.all()] == [
        (StageKind.SUGGEST, begins, 13),
        (StageKind.DECIDE, begins + timedelta(days=14), 6),
    ]
    assert "We listen &lt;b&gt;first&lt;/b&gt;." in text_of(
        facilitator.get(made.get_absolute_url())
    )


def test_open_workspace_for_roles(facilitator: Client) -> None:
    data = new_space(open_to="roles", roles=["carer", "provider"], visibility="public")
    facilitator.post(f"{to('open_workspace')}?framing=problem", data)
    made = Workspace.objects.latest("pk")
    assert {each.role for each in made.open_roles.all()} == {Role.CARER, Role.PROVIDER}
    assert made.is_public


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"title": ""}, "What is the space called?"),
        ({"question": "x" * 201}, "1 character too long"),
        ({"starts_on": "2020-01-01"}, "Choose today or a day to come."),
        ({"starts_on": "soon"}, "Please write a date"),
        ({"weeks_suggest": "0", "weeks_decide": ""}, "Give at least one stage some weeks."),
        ({"weeks_suggest": "two"}, "whole number of weeks"),
        ({"weeks_suggest": "105"}, "104"),
        ({"open_to": "roles"}, "Choose at least one role"),
        ({"open_to": "nobody"}, "Please choose from the list."),
    ],
)
def test_open_workspace_with_a_mistake_comes_back_with_the_words_in_it(
    facilitator: Client, wrong: dict[str, str], says: str
) -> None:
    count = Workspace.objects.count()
    response = facilitator.post(f"{to('open_workspace')}?framing=problem", new_space(**wrong))
    text = text_of(response, 422)
    assert says in text
    assert "We listen &lt;b&gt;first&lt;/b&gt;." in text
    assert Workspace.objects.count() == count


def test_open_workspace_posted_twice_is_one_space(facilitator: Client) -> None:
    data = new_space(once="a" * 32)
    answers = [
        facilitator.post(f"{to('open_workspace')}?framing=problem", data).headers["Location"]
        for _each in range(2)
    ]
    assert answers[0] == answers[1]
    assert Workspace.objects.filter(title="Evenings out").count() == 1


def test_the_partnership_page_leads_there(world: World, facilitator: Client) -> None:
    for client, may in ((facilitator, True), (signed_in(world.carer), False)):
        text = text_of(client.get("/norfolk/"))
        assert to("workspaces") in text
        assert (to("open_workspace") in text) is may


# -- words ---------------------------------------------------------------------------------------


def test_edit_workspace_begins_with_the_words_as_they_are(
    world: World, facilitator: Client
) -> None:
    facilitator.post(f"{to('open_workspace')}?framing=problem", new_space())
    made = Workspace.objects.latest("pk")
    url = to("edit_workspace", made.pk)
    assert "We listen &lt;b&gt;first&lt;/b&gt;." in text_of(facilitator.get(url))
    words = {"title": "Nights out", "question": "Where?", "introduction": "New words."}
    assert facilitator.post(url, words).headers["Location"] == made.get_absolute_url()
    text = text_of(facilitator.get(made.get_absolute_url()))
    assert "Nights out" in text
    assert "New words." in text
    assert "Please answer" in text_of(facilitator.post(url, words | {"title": ""}), 422)


def test_edit_workspace_leaves_a_body_of_the_page_editor_alone(
    world: World, facilitator: Client
) -> None:
    world.workspace.body = [("heading", "Made by an editor")]
    world.workspace.save()
    url = to("edit_workspace", world.workspace.pk)
    assert "An editor can change it" in text_of(facilitator.get(url))
    facilitator.post(url, {"title": "Nights out", "question": "Where?", "introduction": "Lost?"})
    text = text_of(facilitator.get(world.workspace.get_absolute_url()))
    assert "Made by an editor" in text
    assert "Lost?" not in text


# -- stages --------------------------------------------------------------------------------------


def test_move_stage_says_what_moves_and_shows_it_on_the_page(
    world: World, facilitator: Client
) -> None:
    stage = Stage.objects.get(workspace=world.workspace)
    url = to("move_stage", stage.pk)
    assert url in text_of(facilitator.get(world.workspace.get_absolute_url()))
    assert "The stages after it move with it" in text_of(facilitator.get(url))
    day = clock.today() + timedelta(days=3)
    data = {"planned_for": f"{stage.opens_on:%Y-%m-%d}", "day": f"{day:%Y-%m-%d}"}
    assert "Please answer “Why?”" in text_of(facilitator.post(url, data), 422)
    assert facilitator.post(url, data | {"reason": "The hall is closed."}).status_code == 302
    text = text_of(signed_in(world.carer).get(world.workspace.get_absolute_url()))
    assert "The beginning of “Suggest” was moved from" in text
    assert "The hall is closed." in text
    # Somebody whose page is older is told, and their reason is still there.
    late = facilitator.post(url, data | {"reason": "I was late.", "day": "2099-01-01"})
    text = text_of(late, 422)
    assert "Somebody else has just moved" in text
    assert "I was late." in text
    assert StageMove.objects.count() == 1


def test_move_end_lets_the_space_go_on(world: World, facilitator: Client) -> None:
    last = Stage.objects.get(workspace=world.workspace)
    url = to("move_end", world.workspace.pk)
    assert url in text_of(facilitator.get(world.workspace.get_absolute_url()))
    day = last.closes_on + timedelta(days=30)
    data = {
        "planned_for": f"{last.closes_on:%Y-%m-%d}",
        "day": f"{last.closes_on:%Y-%m-%d}",
        "reason": "Summer.",
    }
    assert "ends on that day already" in text_of(facilitator.post(url, data), 422)
    assert facilitator.post(url, data | {"day": f"{day:%Y-%m-%d}"}).status_code == 302
    text = text_of(facilitator.get(world.workspace.get_absolute_url()))
    assert "The last day was moved from" in text


def test_move_end_of_a_space_without_stages_is_not_there(world: World, facilitator: Client) -> None:
    Stage.objects.all().delete()
    assert facilitator.get(to("move_end", world.workspace.pk)).status_code == 404


# -- people --------------------------------------------------------------------------------------


def test_set_access_saves_and_leads_to_the_people(world: World, facilitator: Client) -> None:
    url = to("set_access", world.workspace.pk)
    assert "Who can take part?" in text_of(facilitator.get(url))
    data = {"open_to": "roles", "visibility": "partnership"}
    assert "Choose at least one role" in text_of(facilitator.post(url, data), 422)
    response = facilitator.post(url, data | {"roles": ["carer"]})
    assert response.headers["Location"] == to("workspace_members", world.workspace.pk)
    text = text_of(facilitator.get(response.headers["Location"]))
    assert "Carers can take part here." in text
    assert facilitator.get(url).context["form"]["roles"].value() == ["carer"]


def test_invite_to_workspace_by_ticking_names(world: World, facilitator: Client) -> None:
    page = to("workspace_members", world.workspace.pk)
    text = text_of(facilitator.get(page))
    assert "Nobody was asked in by name." in text
    assert "Maureen" in text
    found = text_of(facilitator.get(page, {"named": "maur"}))
    assert "Maureen" in found
    assert "Colin" not in found
    assert "Nobody called “Zed”" in text_of(facilitator.get(page, {"named": "Zed"}))
    ask = to("invite_to_workspace", world.workspace.pk)
    assert "Choose at least one person." in text_of(facilitator.post(ask, {}), 422)
    people = [world.carer.pk, world.guest.pk]
    assert facilitator.post(ask, {"participants": people}).headers["Location"] == page
    assert Member.objects.count() == 2
    text = text_of(facilitator.get(page))
    assert "2 people were asked in." in text
    assert "Asked in by Frances" in text


def test_invite_to_workspace_takes_nobody_of_another_partnership(
    world: World, facilitator: Client
) -> None:
    other = World(slug="other").carer
    ask = to("invite_to_workspace", world.workspace.pk)
    text_of(facilitator.post(ask, {"participants": [other.pk]}), 422)
    assert not Member.objects.exists()


def test_remove_from_workspace_asks_why(world: World, facilitator: Client) -> None:
    members.invite_to_workspace(
        workspace=world.workspace, participants=[world.carer], by=world.facilitator
    )
    url = to("remove_from_workspace", world.workspace.pk, world.carer.pk)
    assert url in text_of(facilitator.get(to("workspace_members", world.workspace.pk)))
    assert "What they said stays." in text_of(facilitator.get(url))
    assert "Please answer" in text_of(facilitator.post(url, {"reason": ""}), 422)
    assert facilitator.post(url, {"reason": "A mix-up."}).status_code == 302
    assert not Member.objects.exists()
    assert facilitator.get(url).status_code == 404


def test_workspace_members_shows_others_who_is_in_but_no_buttons(world: World) -> None:
    members.invite_to_workspace(
        workspace=world.workspace, participants=[world.provider], by=world.facilitator
    )
    text = text_of(signed_in(world.carer).get(to("workspace_members", world.workspace.pk)))
    assert "Priya" in text
    for words in ("Take off the list", "Ask them in", "Change who may take part"):
        assert words not in text


@pytest.mark.parametrize("asked", [1, 3])
def test_workspace_members_costs_the_same_for_one_and_for_three(
    world: World, facilitator: Client, django_assert_max_num_queries: object, asked: int
) -> None:
    members.invite_to_workspace(
        workspace=world.workspace,
        participants=[world.carer, world.provider, world.guest][:asked],
        by=world.facilitator,
    )
    page = to("workspace_members", world.workspace.pk)
    facilitator.get(page)
    with django_assert_max_num_queries(11):  # type: ignore[operator]
        assert facilitator.get(page).status_code == 200


# -- the next round ------------------------------------------------------------------------------


def test_duplicate_workspace_leads_to_the_next_round_and_each_names_the_other(
    world: World, facilitator: Client
) -> None:
    before = world.workspace
    url = to("duplicate_workspace", before.pk)
    assert url in text_of(facilitator.get(before.get_absolute_url()))
    assert "What people wrote stays in this round." in text_of(facilitator.get(url))
    data = {"title": "Round two", "starts_on": "2020-01-01", "visibility": "public"}
    assert "Choose today or a day to come." in text_of(facilitator.post(url, data), 422)
    facilitator.post(url, data | {"starts_on": f"{clock.today():%Y-%m-%d}"})
    made = Workspace.objects.get(title="Round two")
    assert before.title in text_of(facilitator.get(made.get_absolute_url()))
    text = text_of(Client().get(before.get_absolute_url()))
    assert "There is a next round:" in text
    assert made.get_absolute_url() in text


def test_duplicate_workspace_without_stages_is_refused_kindly(
    world: World, facilitator: Client
) -> None:
    Stage.objects.all().delete()
    data = {"title": "Two", "starts_on": f"{clock.today():%Y-%m-%d}", "visibility": "public"}
    response = facilitator.post(to("duplicate_workspace", world.workspace.pk), data)
    assert "it cannot be repeated" in text_of(response, 422)


def test_the_next_round_is_counted_on_and_begins_when_this_one_is_over(
    world: World, facilitator: Client
) -> None:
    before, url = world.workspace, to("duplicate_workspace", world.workspace.pk)
    last = clock.today() + timedelta(days=40)
    before.stages.update(closes_on=last)
    form = facilitator.get(url).context["form"]
    assert form["title"].value() == f"{before.title}, second round"
    assert form["starts_on"].value() == last + timedelta(days=1)
    assert "It opens by itself on this day." in text_of(facilitator.get(url))
    data = {"title": form["title"].value(), "visibility": "public"}
    day = form["starts_on"].value()
    told = facilitator.post(url, data | {"starts_on": f"{day:%Y-%m-%d}"}, follow=True)
    assert f"It opens on {day.day} {day:%B %Y}." in told.content.decode()
    second = Workspace.objects.get(continues=before)
    assert next_round_of(second).title == f"{before.title}, third round"
    before.stages.update(
        opens_on=clock.today() - timedelta(days=9), closes_on=clock.today() - timedelta(days=5)
    )
    assert next_round_of(Workspace.objects.get(pk=before.pk)).starts_on == clock.today()


def test_spaces_are_in_the_menu(world: World) -> None:
    text = text_of(Client().get(world.partnership.get_absolute_url()))
    menu = text[text.index("govuk-service-navigation__list") :]
    assert to("workspaces") in menu[: menu.index("</ul>")]


def test_facilitators_find_what_suggestions_are_judged_by(
    world: World, facilitator: Client
) -> None:
    page = text_of(facilitator.get(world.workspace.get_absolute_url()))
    box = page[page.index("For you as a facilitator") :]
    assert to("criteria", world.workspace.pk) in box[: box.index("</section>")]


def test_only_people_of_a_closed_space_are_told_that_they_can_suggest(world: World) -> None:
    space = world.open_workspace("Ideas", stage=StageKind.SUGGEST)
    assert str(stages_of(space)[0].about) == "Everyone can suggest what could be done."
    members.set_access(
        workspace=space,
        open_to=OpenTo.INVITATION,
        roles=[],
        visibility=Visibility.PARTNERSHIP,
        by=world.facilitator,
    )
    space = Workspace.objects.get(pk=space.pk)
    assert str(stages_of(space)[0].about).startswith("Everyone in this space can suggest")
