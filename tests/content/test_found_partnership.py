"""`manage.py found_partnership`: a partnership somebody can begin to work in."""

import pytest
from django.core.management import CommandError, call_command

from portal.enums import Duty
from portal.models import Participant, Partnership
from tests.world import signed_in

pytestmark = pytest.mark.django_db

WORDS = {
    "question": "What would make caring easier?",
    "summary": "Carers and the council.",
    "admin": "Ada@example.org",
    "admin_name": "Ada",
}


def test_found_partnership_makes_a_front_page_and_an_admin() -> None:
    call_command("found_partnership", "norfolk", "Norfolk Carers", **WORDS)
    partnership = Partnership.objects.get()
    admin = Participant.objects.get()
    assert admin.user is not None
    assert admin.user.email == "ada@example.org"
    assert admin.duties == {Duty.PARTNERSHIP_ADMIN, Duty.FACILITATOR}
    assert not partnership.is_public
    page = signed_in(admin).get(partnership.get_absolute_url())
    assert "What would make caring easier?" in page.content.decode()
    assert signed_in(admin).get("/p/norfolk/invitations/").status_code == 200


@pytest.mark.parametrize("slug", ["norfolk", "not an address"])
def test_found_partnership_says_what_is_wrong(slug: str) -> None:
    call_command("found_partnership", "norfolk", "Norfolk Carers", **WORDS)
    with pytest.raises(CommandError):
        call_command("found_partnership", slug, "Another", **WORDS)
    assert Partnership.objects.count() == 1
