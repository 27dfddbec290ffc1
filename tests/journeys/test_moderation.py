"""Report → hide → the author is told → asks again → a second moderator puts it back.

And a worker who types in a paper sheet.
"""

import pytest

from codesign.models import Comment, Hiding, Proposal, Sheet
from codesign.operations import comments
from portal.enums import Duty, Role
from tests.codesign.test_proposals import an_open_proposal
from tests.journeys.conftest import Sitter, Somebody, axe_finds_nothing
from tests.world import World


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "without"])
def test_words_are_reported_hidden_asked_about_and_put_back(
    world: World, sit_down: Sitter, javascript: bool
) -> None:
    second = world.person(Role.PARTNER, Duty.MODERATOR, name="Nadia")
    proposal = an_open_proposal(world)
    said = comments.comment_on_proposal(
        proposal=proposal, text="Anna is the best company there is.", by=world.service_user
    )
    log = f"/p/{world.partnership.slug}/moderation/log/"

    def check(somebody: Somebody) -> None:
        if javascript:
            axe_finds_nothing(somebody.page)

    # 1. Somebody reports it, and is thanked.
    reader = sit_down(world.partner, width=390, javascript=javascript)
    reader.open(proposal.get_absolute_url())
    reader.page.locator(f"#comment-{said.pk}").get_by_role("link", name="Report this").click()
    check(reader)
    reader.page.get_by_label("It blames a person by name").check(force=True)
    reader.write("Do you want to say more?", "Who is Anna?")
    reader.press("Send the report")
    reader.reads("Thank you. A moderator looks at it")

    # 2. A moderator finds it in the queue, and hides the words.
    moderator = sit_down(world.moderator, javascript=javascript)
    moderator.open(f"/{world.partnership.slug}/")
    moderator.follow("Reports to answer: 1")
    moderator.reads("Who is Anna?")
    check(moderator)
    moderator.follow("Hide the comment")
    check(moderator)
    moderator.write("Why? Say it kindly", "Please leave names out.")
    moderator.press("Hide the comment")
    moderator.reads("A moderator hid these words.")
    check(moderator)
    assert Comment.objects.get().is_hidden

    # 3. The author is told, sees the words and the reason, and asks for another look.
    author = sit_down(world.service_user, width=390, javascript=javascript)
    author.open(proposal.get_absolute_url())
    assert author.page.get_by_text("Anna is the best").count() == 0
    author.follow("Notices")
    author.reads("Your comment was hidden")
    author.open(Hiding.objects.get().get_absolute_url())
    author.reads("Anna is the best company there is.")
    check(author)
    author.write("Why should your words be shown?", "Anna is my dog.")
    author.press("Ask for another look")
    author.reads("Waiting for an answer")

    # 4. The one who hid it cannot answer; a second one does.
    moderator.open(f"/p/{world.partnership.slug}/moderation/")
    moderator.follow("Look again")
    moderator.reads("another moderator has to look this time")
    other = sit_down(second, javascript=javascript)
    other.open(f"/p/{world.partnership.slug}/moderation/")
    other.reads("Anna is my dog.")
    other.follow("Look again")
    check(other)
    other.page.get_by_label("Put the words back").check(force=True)
    other.page.get_by_label("Why?").fill("Dogs may be praised by name.")
    other.press("Answer the author")
    other.reads("Nothing waits.")

    # 5. The words are back, the author reads why, and everybody can read the list.
    author.open(proposal.get_absolute_url())
    author.reads("Anna is the best company there is.")
    author.open(Hiding.objects.get().get_absolute_url())
    author.reads("Dogs may be praised by name.")
    visitor = sit_down(None, width=390, javascript=javascript)
    visitor.open(f"/{world.partnership.slug}/")
    visitor.follow("What was hidden, and why")
    assert visitor.page.url.endswith(log)
    visitor.reads("Dogs may be praised by name.")
    assert visitor.page.get_by_text("Anna").count() == 0
    check(visitor)
    visitor.follow("What may be hidden, and how an author asks again")
    visitor.reads("Nobody decides about their own words.")
    check(visitor)


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "without"])
def test_a_paper_sheet_is_printed_and_typed_in(
    world: World, sit_down: Sitter, javascript: bool
) -> None:
    proposal = an_open_proposal(world)
    worker = sit_down(world.provider, width=390, javascript=javascript)
    worker.open(world.workspace.get_absolute_url())
    worker.follow("Print a sheet that people can fill in")
    if javascript:
        axe_finds_nothing(worker.page)
    worker.press("Make the sheets")
    number = worker.page.locator(".tl-paper__number strong").inner_text()
    if javascript:
        axe_finds_nothing(worker.page)
    worker.open(world.workspace.get_absolute_url())
    worker.follow("Type in a paper sheet")
    worker.follow("Type in a paper sheet")
    worker.write("What is the number of the sheet?", number.lower())
    if javascript:
        axe_finds_nothing(worker.page)
    worker.press("Continue")
    worker.write("How did people agree that you type it in?", "It says so on the sheet.")
    worker.page.locator("[name=line0-name]").fill("Blue Bird")
    worker.page.locator("[name=line0-ticks]").check(force=True)
    worker.press("Enter the whole sheet")
    worker.reads("Please choose a role for this line.")
    if javascript:
        axe_finds_nothing(worker.page)
    worker.page.locator("[name=line0-role]").select_option("carer")
    worker.press("Add five more lines")
    worker.page.locator("[name=line9-name]").fill("Ann")
    worker.page.locator("[name=line9-role]").select_option("service_user")
    worker.page.locator("[name=line9-idea]").fill("A bench by the lake")
    if javascript:
        axe_finds_nothing(worker.page)
    worker.press("Enter the whole sheet")
    worker.reads(f"Sheet {number} is typed in: 2 lines.")
    if javascript:
        axe_finds_nothing(worker.page)
    proposal.refresh_from_db()
    assert proposal.support_count == Sheet.objects.get().supports.count() == 1
    assert Proposal.objects.latest("pk").title == "A bench by the lake"

    # One more, said on the phone by somebody who is here already.
    worker.open(proposal.get_absolute_url())
    worker.follow("Enter somebody’s support")
    worker.write("Who is it from?", "blue")
    worker.press("Look for them")
    if javascript:
        axe_finds_nothing(worker.page)
    worker.follow("Blue Kite, Carer")
    worker.page.get_by_label("By phone").check(force=True)
    worker.write("How did the person agree that you enter this?", "On the phone, today.")
    if javascript:
        axe_finds_nothing(worker.page)
    worker.press("Enter it for them")
    worker.reads("Their support is counted.")

    # And the tick on the sheet was the wrong box.
    worker.open(Sheet.objects.get().get_absolute_url())
    worker.follow("Correct this line")
    worker.page.locator("[name=ticks]").uncheck(force=True)
    worker.write("What was wrong?", "I took the wrong box.")
    if javascript:
        axe_finds_nothing(worker.page)
    worker.press("Put the line right")
    worker.reads("I took the wrong box.")
    if javascript:
        axe_finds_nothing(worker.page)
    proposal.refresh_from_db()
    assert [each.participant for each in proposal.supports.all()] == [world.guest]
    assert proposal.support_count == 1
