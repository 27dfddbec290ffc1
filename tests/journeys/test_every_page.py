"""Every page type, at both widths, with and without JavaScript: nothing for axe to complain of."""

import pytest
from django.urls import reverse

from content.operations import set_up_site
from tests.journeys.conftest import Sitter, Somebody, axe_finds_nothing
from tests.test_url_matrix import NOBODY, ROWS, VISITORS
from tests.things import Things
from tests.world import World

NOT_PAGES = {
    "portal:accent_css",
    "codesign:session_board",  # a part of a page
    "codesign:join_qr",  # a picture
    "feedback:change_log_feed",
    "codesign:decisions_feed",
    "feedback:measure_csv",
    "codesign:service_json",
    "codesign:ballots_file",  # a file
    "content:trail_json",
    "content:fetch_evidence_pack",  # a file
    "codesign:attachment",  # a file
    "codesign:activity_calendar",  # a calendar file
    "codesign:date_calendar",
    "codesign:partnership_calendar",
    "codesign:sheet_qr",  # a picture
}


def addresses(things: Things) -> list[tuple[str, str]]:
    """Every page as (who looks at it, path): the URL matrix's, Wagtail's, and sign-in."""
    world = things.world
    found = []
    for name, row in ROWS.items():
        if row.get == NOBODY or name in NOT_PAGES:
            continue
        path = reverse(name, args=["norfolk", *row.args(things)])
        if row.get == VISITORS:
            found.append(("", path))
        who = next(
            (
                person
                for person in (
                    "facilitator",
                    "provider",
                    "moderator",
                    "evaluator",
                    "admin",
                    "carer",
                )
                if _may(row, world, person, things)
            ),
            "carer",
        )
        found.append((who, path))
    kinds = {
        "voice": things.voice,
        "theme": things.theme,
        "designsession": things.closed_session,
        "decision": things.decision,
        "adaptation": things.adaptation,
        "measure": things.measure,
        "review": things.review,
    }
    found += [("", f"/p/norfolk/trail/{kind}/{thing.pk}/") for kind, thing in kinds.items()]
    found += [
        ("carer", things.closed_session.get_absolute_url()),
        ("carer", reverse("portal:delete_account")),
        ("guest", reverse("portal:delete_guest", args=["norfolk"])),
        ("facilitator", things.draft_decision.get_absolute_url()),
        ("provider", things.draft_adaptation.get_absolute_url()),
        ("carer", things.draft_proposal.get_absolute_url()),
        ("facilitator", f"{things.session.get_absolute_url()}?presenter=1"),
        ("", "/"),
        ("", "/norfolk/"),
        ("carer", "/norfolk/"),
        ("facilitator", world.workspace.get_absolute_url()),
        ("", "/join/"),
        ("", f"/j/{things.session.code}/"),
        ("", "/accounts/login/"),
        ("provider", "/accounts/2fa/"),
        ("provider", "/accounts/2fa/totp/activate/"),
        ("", f"/p/norfolk/invitations/accept/{things.invitation_token}/"),
        ("", "/help/"),
        ("", "/accessibility/"),
        ("", "/privacy/"),
        ("", "/nothing-here/"),
    ]
    return found


def _may(row: object, world: World, person: str, things: Things) -> bool:
    from portal import permissions

    needs = row.get  # type: ignore[attr-defined]
    if needs in {"people", VISITORS}:
        return True
    return permissions.can(getattr(world, person), needs, row.about(things))  # type: ignore[attr-defined]


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scripts", [True, False], ids=["javascript", "without"])
def test_axe_finds_nothing_on_any_page(
    world: World, sit_down: Sitter, width: int, scripts: bool
) -> None:
    """Without: our script is not delivered, so the page is what a browser without it shows."""
    set_up_site()
    things = Things(world)
    people: dict[str, Somebody] = {}
    problems = []
    for who, path in addresses(things):
        if who not in people:
            people[who] = sit_down(getattr(world, who) if who else None, width=width)
            if not scripts:
                people[who].page.route("**/*.js", lambda route: route.abort())
        somebody = people[who]
        somebody.open(path)
        assert "/accounts/login/" not in somebody.page.url or path == "/accounts/login/", path
        try:
            axe_finds_nothing(somebody.page)
        except AssertionError as found:
            problems.append(f"as {who or 'a visitor'}: {found}")
        sideways = somebody.page.evaluate(
            "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        )
        if sideways:
            problems.append(f"as {who or 'a visitor'}: {path} scrolls sideways at {width} px")
    assert not problems, "\n\n".join(problems)


@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing_in_easy_read(world: World, sit_down: Sitter, width: int) -> None:
    """The switch is pressed once and remembered for the visit."""
    set_up_site()
    visitor = sit_down(None, width=width)
    visitor.open("/")
    visitor.press("Easy read")
    for path in ("/", "/help/", "/privacy/"):
        visitor.open(path)
        visitor.reads("Leave easy read")
        assert visitor.page.locator(".tl-easy").count(), path
        axe_finds_nothing(visitor.page)
