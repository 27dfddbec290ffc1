"""The whole thread, clicked through: from what a carer says to whether the change helped.

Three browsers are in the design session at once, one of them without JavaScript, and the server is
stopped and started again in the middle.
"""

import pytest

from codesign.enums import ProposalStatus
from codesign.models import Decision, DesignSession, Proposal
from feedback.models import Adaptation, Measure, Theme, Voice
from portal.enums import Role
from portal.models import Answer, Notice
from tests.journeys.conftest import Sitter, Somebody, axe_finds_nothing
from tests.world import World


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "without"])
def test_the_thread_from_a_voice_to_a_review(
    world: World, sit_down: Sitter, javascript: bool
) -> None:
    def seat(who: object) -> Somebody:
        return sit_down(who, javascript=javascript)

    slug = world.partnership.slug

    # 1. A carer says how it is going, without a name, and keeps the case code.
    anonymous = sit_down(None, width=390, javascript=javascript)
    anonymous.open(f"/p/{slug}/voices/new/")
    anonymous.write("What helped?", "The sitter was lovely.")
    anonymous.write("What should change?", "Three hours is gone before I have found my coat.")
    anonymous.page.wait_for_timeout(3500)  # nobody writes this in under three seconds
    anonymous.press("Send")
    anonymous.reads("Thank you. We have it.")
    code = "".join(anonymous.page.locator(".tl-code").all_inner_texts())
    voice = Voice.objects.get()
    assert voice.is_anonymous

    # A moderator reads and publishes it; a provider gives it a theme.
    moderator = seat(world.moderator)
    moderator.open(f"/p/{slug}/voices/queue/")
    moderator.press("Publish")
    provider = seat(world.provider)
    provider.open(f"/p/{slug}/themes/new/")
    provider.write("What do you call it?", "Breaks are too short")
    provider.write("What is it about?", "People want longer breaks.")
    provider.page.get_by_label("A concern").check(force=True)
    provider.page.locator("main form button.govuk-button").last.click()
    provider.open(voice.get_absolute_url())
    provider.page.get_by_label("Which theme is this part of?").select_option(
        label="Breaks are too short"
    )
    provider.press("Give this theme")
    theme = Theme.objects.get()
    assert theme.voice_count == 1

    # 2. A carer raises a proposal from the theme; somebody else supports it with one tap.
    carer = seat(world.carer)
    carer.open(theme.get_absolute_url())
    carer.follow("Suggest something about this")
    carer.write("What could be done?", "Let us save up hours and take a whole day")
    carer.write("Why would it help?", "A whole day is a rest. Three hours is not.")
    carer.page.get_by_label("Part of the service").first.check(force=True)
    carer.press("Send the suggestion")
    proposal = Proposal.objects.get()
    assert proposal.status == ProposalStatus.OPEN
    neighbour = sit_down(world.service_user, width=390, javascript=javascript)
    neighbour.open(proposal.get_absolute_url())
    neighbour.press("Support")
    neighbour.reads("You support this. Take back")
    neighbour.write("Your point", "I would take the day to see my sister.")
    neighbour.press("Add your comment")
    neighbour.reads("I would take the day to see my sister.")
    proposal.refresh_from_db()
    assert (proposal.support_count, proposal.comment_count) == (1, 1)
    if javascript:
        axe_finds_nothing(neighbour.page)

    # 4. A facilitator records a decision and publishes it, seeing first who will be told.
    facilitator = seat(world.facilitator)
    facilitator.open(proposal.get_absolute_url())
    facilitator.follow("Record a decision about it")
    facilitator.write("What is this decision called?", "Longer breaks from the spring")
    facilitator.write("What was decided?", "Hours can be saved up and taken as one day.")
    facilitator.page.get_by_label("Why?", exact=True).fill("It costs the same and is a real rest.")
    facilitator.write("What was weighed?", "One voice, one suggestion, one costing.")
    facilitator.write("How was it decided?", "The council and Breakwater Care.")
    facilitator.page.get_by_label("When will you look at this decision again?").fill("2099-01-01")
    facilitator.page.locator(f"[name=outcome_{proposal.pk}]").select_option("agreed")
    facilitator.page.locator(f"[name=reason_{proposal.pk}]").fill("Asked for most.")
    facilitator.press("Save the draft")
    facilitator.follow("See who will be told, and publish")
    facilitator.reads("Maureen")
    facilitator.press("Publish and tell everyone")
    facilitator.reads("It is published")
    decision = Decision.objects.get()
    assert decision.is_published
    assert Notice.objects.filter(
        participant=world.carer, subject=f"decision:{decision.pk}"
    ).exists()

    # 7. (beforehand) A measure with its observation, so that the change can name what it expects.
    evaluator = seat(world.evaluator)
    evaluator.open(f"/p/{slug}/measures/new/")
    evaluator.write("What do you call it?", "Carers who had a whole day")
    evaluator.write("What exactly is counted?", "Carers with a break of six hours or more.")
    evaluator.write("In what?", "carers")
    evaluator.page.get_by_label("Higher is better").check(force=True)
    evaluator.write("Where do the numbers come from?", "Booking system")
    evaluator.page.locator("main form button.govuk-button").last.click()
    measure = Measure.objects.get()
    evaluator.open(f"{measure.get_absolute_url()}record/")
    evaluator.page.locator("main form [name=value]").fill("41")
    evaluator.page.locator("main form button.govuk-button").last.click()
    assert measure.observations.count() == 1

    # 5. The provider publishes the change; the preview says who will be told what.
    provider.open(f"/p/{slug}/changes/new/?decision={decision.pk}&theme={theme.pk}")
    provider.page.get_by_label("Changed", exact=True).check(force=True)
    provider.page.get_by_label("Which part of the service is it about?").select_option(
        label="Short breaks"
    )
    provider.write("Say it in one line", "Save up your hours and take a whole day")
    provider.write("What is different now?", "Keep your hours for two months, use eight at once.")
    provider.page.get_by_label("Why?", exact=True).fill("You said three hours is too short.")
    provider.page.get_by_label("From which day?").fill("2026-01-05")
    provider.page.get_by_label("Which measure should show it?").select_option(
        label="Carers who had a whole day"
    )
    provider.write("What do you expect to see, and by when?", "Half as many again by summer.")
    provider.page.locator("main form button.govuk-button").last.click()
    provider.reads("Maureen")
    provider.press("Publish and tell everyone")
    adaptation = Adaptation.objects.get()
    assert adaptation.is_published
    assert Answer.objects.filter(subject=f"adaptation:{adaptation.pk}", case__startswith="voice:")

    # Told back: the anonymous giver comes back with the code and reads the answer.
    anonymous.open(f"/p/{slug}/case/")
    anonymous.write("Your case code", code)
    anonymous.page.locator("main form button.govuk-button").first.click()
    anonymous.reads("Save up your hours and take a whole day")

    # 6. The change log, its feed, and the service as it is now.
    visitor = sit_down(None, width=390, javascript=javascript)
    visitor.open(f"/p/{slug}/changes/")
    visitor.reads("Save up your hours and take a whole day")
    feed = visitor.page.request.get(f"{visitor.server.url}/p/{slug}/changes/atom.xml")
    assert feed.ok
    assert "Save up your hours" in feed.text()
    visitor.open(f"/p/{slug}/service/")
    visitor.reads("Short breaks")

    # 7. Did it help? A review in words.
    evaluator.open(f"{adaptation.get_absolute_url()}review/")
    evaluator.page.get_by_label("Too few people to say").check(force=True)
    evaluator.write("Did it help? Say it in words", "One month is too little to say.")
    evaluator.page.get_by_label("Keep it").check(force=True)
    evaluator.page.locator("main form button.govuk-button").last.click()
    evaluator.reads("One month is too little to say.")

    # 8. The trail, read from the change back to what was said, and as data.
    visitor.open(f"/p/{slug}/trail/adaptation/{adaptation.pk}/")
    for words in ("Breaks are too short", "Let us save up hours", "Longer breaks from the spring"):
        visitor.reads(words)
    if javascript:
        axe_finds_nothing(visitor.page)
    data = visitor.page.request.get(
        f"{visitor.server.url}/p/{slug}/trail/adaptation/{adaptation.pk}/trail.json"
    ).json()
    assert "Longer breaks from the spring" in str(data)


def test_a_live_session_with_three_browsers_and_a_restart(world: World, sit_down: Sitter) -> None:
    facilitator = sit_down(world.facilitator)
    facilitator.open(world.workspace.get_absolute_url())
    facilitator.follow("Open a session")
    facilitator.write("What is the session called?", "Kitchen table")
    facilitator.write("What question should the group answer?", "What would you come to?")
    facilitator.page.locator("main form button.govuk-button").last.click()
    session = DesignSession.objects.get()
    room = session.get_absolute_url()

    def joins(nickname: str, *, javascript: bool) -> Somebody:
        """A phone, a code, a nickname: no account, four screens at most."""
        guest = sit_down(None, width=390, javascript=javascript)
        guest.open("/join/")
        code = session.code_shown.lower().replace("-", " ")
        guest.page.get_by_label("Join a session").fill(code)
        guest.press("Go on")
        guest.write("What should we call you?", nickname)
        guest.page.get_by_label("I look after someone").check(force=True)
        guest.press("Go into the room")
        guest.reads("Kitchen table")
        return guest

    kite = joins("Blue Kite", javascript=True)
    otter = joins("Quiet Otter", javascript=False)
    facilitator.press("On to: Share ideas")
    facilitator.reads("Step 2 of 3")

    # The phone with JavaScript hears of it by itself; the one without presses reload.
    kite.page.get_by_label("Your idea").first.wait_for(timeout=15_000)
    kite.write("Your idea", "A tea dance where somebody else knows the steps")
    kite.press("Add my idea")
    facilitator.reads("A tea dance where somebody else knows the steps", within=15)
    otter.open(room)
    otter.write("Your idea", "Anything after seven")
    otter.press("Add my idea")
    facilitator.reads("Anything after seven", within=15)

    # Half-typed words survive the server going away and coming back, and so does everything sent.
    kite.write("Your idea", "Bowls on Wednesd")
    kite.server.restart()
    otter.open(room)
    otter.write("Your idea", "Somewhere you need not explain")
    otter.press("Add my idea")
    otter.reads("Somewhere you need not explain")
    facilitator.reads("Somewhere you need not explain", within=40)
    assert kite.page.get_by_label("Your idea").first.input_value() == "Bowls on Wednesd"
    kite.write("Your idea", "Bowls on Wednesdays")
    kite.press("Add my idea")
    facilitator.reads("Bowls on Wednesdays", within=15)
    assert session.cards.count() == 4

    facilitator.press("On to: Choose")
    facilitator.reads("Step 3 of 3")
    dance = session.cards.get(text__startswith="A tea dance")
    otter.open(room)
    otter.page.locator(f"#dot-{dance.pk}").click()
    otter.reads("2 left")
    kite.page.locator(f"#dot-{dance.pk}").wait_for(timeout=15_000)
    kite.page.locator(f"#dot-{dance.pk}").click()
    kite.reads("2 left")
    axe_finds_nothing(kite.page)
    axe_finds_nothing(facilitator.page)
    dance.refresh_from_db()
    assert dance.dot_count == dance.dots.count() == 2

    facilitator.follow("Close the session")
    facilitator.page.get_by_label("A tea dance").first.check(force=True)
    facilitator.write("Closing words", "Dancing it is.")
    facilitator.press("Close the session")
    facilitator.reads("Dancing it is.")
    session.refresh_from_db()
    assert "A tea dance" in session.minutes
    made = Proposal.objects.get()
    assert made.status == ProposalStatus.OPEN
    assert made.card_links.get().source == dance
    assert made.by is not None
    assert made.by.role == Role.CARER
    kite.reads("Dancing it is.", within=40)
