"""A carer's five minutes between tasks, counted in taps; on a phone, with and without JavaScript.

A tap is one press of a link or a button. Typing is not counted; putting the finger into a field is.
"""

import pytest

from codesign.enums import ProposalKind, ProposalStatus, SignUpState
from codesign.models import Proposal, SignUp
from codesign.operations import proposals
from tests.codesign.activity import an_activity, in_days
from tests.journeys.conftest import Sitter, Somebody, axe_finds_nothing
from tests.world import World


class Taps:
    """Counts what a person presses from the partnership's front page on."""

    def __init__(self, person: Somebody, path: str) -> None:
        self.person, self.count = person, 0
        person.open(path)

    def press(self, name: str) -> None:
        self.person.press(name)
        self.count += 1

    def press_on_card(self, title: str, name: str) -> None:
        card = self.person.page.locator("li.tl-card").filter(has_text=title)
        card.get_by_role("button", name=name).click()
        self.count += 1

    def follow(self, name: str) -> None:
        self.person.follow(name)
        self.count += 1

    def write(self, label: str, text: str) -> None:
        self.person.write(label, text)
        self.count += 1


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "without"])
def test_five_minutes_between_tasks(world: World, sit_down: Sitter, javascript: bool) -> None:
    front = world.partnership.get_absolute_url()
    for title in ("A baking club", "A walking group", "Film nights"):
        drafted = proposals.draft_proposal(
            workspace=world.workspace,
            title=title,
            why="Company.",
            kind=ProposalKind.ACTIVITY,
            by=world.service_user,
        )
        proposals.open_proposal(proposal=drafted, by=world.service_user)
    date = an_activity(world, hosts=[world.service_user], first_at=in_days(2)).dates.get()
    carer = sit_down(world.carer, width=390, javascript=javascript)

    # Three new ideas are there, and supporting one is one tap.
    taps = Taps(carer, front)
    for title in ("A baking club", "A walking group", "Film nights"):
        carer.reads(title)
    if javascript:
        axe_finds_nothing(carer.page)
    taps.press_on_card("Film nights", "Support")
    carer.reads("You support this")
    assert taps.count <= 2
    assert Proposal.objects.get(title="Film nights").support_count == 1

    # Suggesting one is two fields and a button.
    taps = Taps(carer, front)
    taps.follow("Suggest an activity")
    taps.write("What would help?", "A gardening hour on Tuesdays")
    taps.write("Why does it matter?", "I have nobody to talk to about tomatoes.")
    taps.press("Share it now")
    carer.reads("A gardening hour on Tuesdays")
    assert taps.count <= 4
    made = Proposal.objects.get(title="A gardening hour on Tuesdays")
    assert (made.status, made.kind) == (ProposalStatus.OPEN, ProposalKind.ACTIVITY)

    # Coming to something this week is one tap, and two more put it in the calendar.
    taps = Taps(carer, front)
    taps.press("I’m coming")
    carer.reads("You are coming")
    assert taps.count <= 3
    assert SignUp.objects.get(date=date, participant=world.carer).state == SignUpState.COMING
    taps.follow(date.activity.title)
    link = carer.page.get_by_role("link", name="Add this date to my calendar")
    href = link.get_attribute("href")
    answer = carer.page.request.get(f"{carer.server.url}{href}")
    assert answer.headers["content-type"].startswith("text/calendar")
    if javascript:
        axe_finds_nothing(carer.page)
