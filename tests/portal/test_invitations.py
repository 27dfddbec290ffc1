"""Invitations: the message, the link, and who may use it."""

import re
from collections.abc import Iterator

import pytest
from django.core import mail
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import reverse

from portal import clock, record
from portal.enums import Duty, Role, Visibility
from portal.models import Invitation, Participant, RecordContent, RecordEntry, User
from portal.operations import people
from portal.permissions import OutsidePartnership, PermissionRefused
from tests.world import World, account, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_limits() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def accept_url(token: str, slug: str = "norfolk") -> str:
    return reverse("portal:accept_invitation", args=[slug, token])


def invite(world: World, email: str = "nia@example.org", role: Role = Role.CARER) -> str:
    return people.invite_participant(email=email, role=role, by=world.admin)[1]


def kinds(world: World) -> list[str]:
    entries = RecordEntry.objects.filter(partnership_id=world.partnership.pk).order_by("seq")
    return list(entries.values_list("kind", flat=True))


def test_invite_participant_mails_the_link_and_nothing_else() -> None:
    world = World()
    signed_in(world.admin).post(
        reverse("portal:invite_participant", args=["norfolk"]),
        {"email": "Nia@Example.org", "role": "carer"},
    )
    [message] = mail.outbox
    assert message.to == ["nia@example.org"]
    body = str(message.body)
    assert "Ada invites you to take part in Norfolk Partnership." in body
    link = re.search(r"http\S+/p/norfolk/invitations/accept/([\w-]{43})/", body)
    assert link
    assert world.partnership.question not in body
    assert "carer" not in body.lower()
    invitation = Invitation.objects.get()
    assert link[1] not in [str(value) for value in vars(invitation).values()]
    assert kinds(world)[-1] == "participant_invited"
    content = RecordContent.objects.filter(partnership_id=world.partnership.pk)
    assert "nia@" not in "".join(
        [*RecordEntry.objects.values_list("line", flat=True), *map(str, content.values())]
    )


def test_invite_participant_is_undone_when_the_mail_cannot_go(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = World()

    def fail(*args: object, **kwargs: object) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr("django.core.mail.EmailMessage.send", fail)
    answer = signed_in(world.admin).post(
        reverse("portal:invite_participant", args=["norfolk"]),
        {"email": "nia@example.org", "role": "carer"},
    )
    assert answer.status_code == 400
    assert "We could not send the e-mail just now" in answer.content.decode()
    assert not Invitation.objects.exists()
    assert "participant_invited" not in kinds(world)


def test_invite_participant_again_replaces_the_open_invitation() -> None:
    world = World()
    first = invite(world)
    second = invite(world)
    assert Client().get(accept_url(first)).status_code == 404
    assert Client().get(accept_url(second)).status_code == 200
    assert Invitation.objects.open().count() == 1


def test_invite_participant_refuses_who_is_here_and_other_partnerships_organisations() -> None:
    world, other = World(), World(slug="other")
    assert world.carer.user
    with pytest.raises(people.UnableToInvite):
        invite(world, email=world.carer.user.email.upper())
    with pytest.raises(OutsidePartnership):
        people.invite_participant(
            email="x@example.org",
            role=Role.PROVIDER,
            by=world.admin,
            organisation=other.organisation,
        )


def test_invitations_page_is_for_admins_and_facilitators_only() -> None:
    world = World()
    url = reverse("portal:invitations", args=["norfolk"])
    assert signed_in(world.admin).get(url).status_code == 200
    assert signed_in(world.facilitator).get(url).status_code == 200
    for person in (world.carer, world.provider, world.moderator, world.guest):
        assert signed_in(person).get(url).status_code == 403
        posted = signed_in(person).post(
            reverse("portal:invite_participant", args=["norfolk"]),
            {"email": "x@example.org", "role": "carer"},
        )
        assert posted.status_code == 403
    assert not Invitation.objects.exists()


@pytest.mark.parametrize("waiting", [1, 3])
def test_invitations_page_asks_the_same_number_of_questions(
    waiting: int, django_assert_num_queries: object
) -> None:
    world = World()
    for number in range(waiting):
        invite(world, email=f"person{number}@invited.example.org")
    client = signed_in(world.admin)
    url = reverse("portal:invitations", args=["norfolk"])
    client.get(url)
    with django_assert_num_queries(8):  # type: ignore[operator]
        page = client.get(url).content.decode()
    assert page.count("@invited.example.org</h3>") == waiting


@pytest.mark.parametrize("visibility", list(Visibility))
def test_looking_at_an_invitation_changes_nothing(visibility: Visibility) -> None:
    world = World(visibility=visibility)
    token = invite(world)
    before = (User.objects.count(), Participant.objects.count(), kinds(world))
    answer = Client().get(accept_url(token))
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "Ada invites you to take part." in page
    assert "Norfolk Partnership" in page
    assert world.partnership.question not in page
    assert "no-store" in answer["Cache-Control"]
    assert before == (User.objects.count(), Participant.objects.count(), kinds(world))


@pytest.mark.parametrize("visibility", list(Visibility))
def test_accept_invitation_makes_the_account_and_signs_in(visibility: Visibility) -> None:
    world = World(visibility=visibility)
    client = Client()
    answer = client.post(accept_url(invite(world)), {"display_name": "Nia"})
    assert answer["Location"] == world.partnership.get_absolute_url()
    nia = Participant.objects.get(user__email="nia@example.org")
    assert (nia.display_name, nia.role, nia.partnership) == ("Nia", "carer", world.partnership)
    assert nia.user
    assert not nia.user.has_usable_password()
    assert client.get(reverse("portal:notices", args=["norfolk"])).status_code == 200
    assert kinds(world)[-2:] == ["participant_joined", "invitation_accepted"]


def test_accept_invitation_as_staff_leads_to_the_second_factor() -> None:
    world = World()
    client = Client()
    client.post(accept_url(invite(world, role=Role.PROVIDER)), {"display_name": "Nia"})
    answer = client.get(reverse("portal:notices", args=["norfolk"]))
    assert answer["Location"].startswith(reverse("mfa_index"))


def test_accept_invitation_asks_an_existing_account_to_sign_in_first() -> None:
    world = World()
    user = account("nia@example.org")
    token = invite(world)
    stranger = Client()
    page = stranger.get(accept_url(token)).content.decode()
    assert f"{reverse('account_login')}?next=" in page
    assert 'name="display_name"' not in page
    stranger.post(accept_url(token), {"display_name": "Mallory"})
    assert not Participant.objects.filter(user=user).exists()
    assert "_auth_user_id" not in stranger.session
    owner = Client()
    owner.force_login(user)
    owner.post(accept_url(token), {"display_name": "Nia"})
    assert Participant.objects.get(user=user).display_name == "Nia"


def test_accept_invitation_is_not_for_another_account() -> None:
    world = World()
    token = invite(world)
    client = Client()
    other = account()
    client.force_login(other)
    page = client.get(accept_url(token)).content.decode()
    assert "another e-mail address" in page
    assert "nia@example.org" not in page
    client.post(accept_url(token), {"display_name": "Mallory"})
    assert not Participant.objects.filter(user=other).exists()
    assert Invitation.objects.open().count() == 1


def test_unknown_used_late_revoked_and_foreign_invitations_answer_alike() -> None:
    world, other = World(visibility=Visibility.PARTNERSHIP), World(slug="other")
    used, revoked, late = (invite(world, f"{n}@example.org") for n in ("used", "revoked", "late"))
    Client().post(accept_url(used), {"display_name": "Una"})
    people.revoke_invitation(
        invitation=Invitation.objects.get(email="revoked@example.org"), by=world.facilitator
    )
    Invitation.objects.filter(email="late@example.org").update(expires_at=clock.now())
    foreign = invite(other, "foreign@example.org")
    pages = set()
    for token in ("unknown", used, revoked, late, foreign):
        for answer in (
            Client().get(accept_url(token)),
            Client().post(accept_url(token), {"display_name": "Eve"}),
        ):
            assert answer.status_code == 404
            page = answer.content.decode().replace(token, "TOKEN")
            assert "Norfolk" not in page
            pages.add(re.sub(r'"[A-Za-z0-9]{64}"', "", page))
    no_place = Client().get(accept_url("unknown", slug="no-such-place"))
    assert no_place.status_code == 404
    assert len(pages) == 1


def test_guessing_invitations_is_limited() -> None:
    World()
    answers = [Client().get(accept_url(f"guess{n}")).status_code for n in range(31)]
    assert answers[:30] == [404] * 30
    assert answers[30] == 429


def test_a_double_click_accepts_once() -> None:
    world = World()
    token = invite(world)
    client = Client()
    sent = {"display_name": "Nia", "once": "a" * 32}
    first = client.post(accept_url(token), sent)
    assert client.post(accept_url(token), sent).status_code in {302, 404}
    assert first.status_code == 302
    assert Participant.objects.filter(display_name="Nia").count() == 1


def test_accept_invitation_needs_a_name() -> None:
    world = World()
    answer = Client().post(accept_url(invite(world)), {"display_name": " "})
    assert "There is a problem" in answer.content.decode()
    assert not User.objects.filter(email="nia@example.org").exists()


def test_accept_invitation_brings_back_who_had_left_without_their_duties() -> None:
    world = World()
    user = world.moderator.user
    assert user
    people.remove_participant(participant=world.moderator, by=world.admin, reason="Moved away")
    token = invite(world, user.email, Role.CARER)
    back = people.accept_invitation(
        token=token, partnership=world.partnership, user=user, display_name="Mo again"
    )
    assert back.pk == world.moderator.pk
    fresh = Participant.objects.get(pk=back.pk)
    assert (fresh.is_here, fresh.role, fresh.duties) == (True, Role.CARER, frozenset())
    assert "participant_returned" in kinds(world)


def test_accept_invitation_writes_nothing_when_the_record_fails(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = World()
    token = invite(world)

    def fail(*args: object, **kwargs: object) -> None:
        raise RuntimeError("the record failed")

    monkeypatch.setattr(record, "append", fail)
    with pytest.raises(RuntimeError), transaction.atomic():
        people.accept_invitation(
            token=token, partnership=world.partnership, user=None, display_name="Nia"
        )
    assert not User.objects.filter(email="nia@example.org").exists()
    assert Invitation.objects.open().count() == 1


def test_revoke_invitation_is_refused_to_others() -> None:
    world, other = World(), World(slug="other")
    invite(world)
    invitation = Invitation.objects.get()
    url = reverse("portal:revoke_invitation", args=["norfolk", invitation.pk])
    assert signed_in(world.carer).post(url).status_code == 403
    away = reverse("portal:revoke_invitation", args=["other", invitation.pk])
    assert signed_in(other.admin).post(away).status_code == 404
    assert signed_in(world.admin).get(url).status_code == 405
    with pytest.raises(OutsidePartnership):
        people.revoke_invitation(invitation=invitation, by=other.admin)
    signed_in(world.facilitator).post(url)
    assert not Invitation.objects.open().exists()
    assert kinds(world)[-1] == "invitation_revoked"


@pytest.mark.parametrize("more", [0, 2])
def test_people_page_asks_the_same_number_of_questions(
    more: int, django_assert_num_queries: object
) -> None:
    world = World()
    for _ in range(more):
        world.person(Role.CARER, Duty.EVALUATOR)
    client = signed_in(world.carer)
    url = reverse("portal:people", args=["norfolk"])
    client.get(url)
    with django_assert_num_queries(8):  # type: ignore[operator]
        page = client.get(url).content.decode()
    assert "Breakwater Care" in page
    assert "Partnership admin" in page
    assert "Besides, 1 person joined a session by code" in page
    assert "Blue Kite" not in page
    assert "Invite somebody" not in page


def test_people_page_is_not_for_visitors_of_a_public_partnership() -> None:
    World()
    answer = Client().get(reverse("portal:people", args=["norfolk"]))
    assert answer["Location"].startswith(reverse("account_login"))


def test_grant_and_remove_duty_through_the_pages() -> None:
    world = World()
    client = signed_in(world.admin)
    page = reverse("portal:person", args=["norfolk", world.carer.pk])
    assert client.get(page).status_code == 200
    grant = reverse("portal:grant_duty", args=["norfolk", world.carer.pk])
    take = reverse("portal:remove_duty", args=["norfolk", world.carer.pk])
    client.post(grant, {"duty": "moderator"})
    assert Participant.objects.get(pk=world.carer.pk).duties == {"moderator"}
    assert client.post(grant, {"duty": "king"}).status_code == 404
    client.post(take, {"duty": "moderator"})
    assert Participant.objects.get(pk=world.carer.pk).duties == frozenset()
    assert kinds(world)[-2:] == ["duty_granted", "duty_removed"]
    for person in (world.facilitator, world.carer):
        assert signed_in(person).get(page).status_code == 403
        assert signed_in(person).post(grant, {"duty": "moderator"}).status_code == 403


def test_grant_duty_is_not_for_guests() -> None:
    world = World()
    with pytest.raises(people.UnableToGrantDuty):
        people.grant_duty(participant=world.guest, duty=Duty.FACILITATOR, by=world.admin)


def test_remove_participant_asks_first_and_ends_access() -> None:
    world = World()
    carer = signed_in(world.carer)
    notices = reverse("portal:notices", args=["norfolk"])
    assert carer.get(notices).status_code == 200
    client = signed_in(world.admin)
    url = reverse("portal:remove_participant", args=["norfolk", world.carer.pk])
    assert client.post(url, {"reason": "Asked to leave"}).status_code == 400
    assert Participant.objects.get(pk=world.carer.pk).is_here
    client.post(url, {"reason": "Asked to leave", "sure": "on"})
    assert not Participant.objects.get(pk=world.carer.pk).is_here
    assert carer.get(notices).status_code == 404
    entry = RecordEntry.objects.get(kind="participant_left")
    assert "Asked to leave" not in entry.line
    words = RecordContent.objects.get(partnership_id=world.partnership.pk, seq=entry.seq)
    assert words.content == {"reason": "Asked to leave"}


def test_remove_participant_ends_a_guests_seat() -> None:
    world = World()
    guest = signed_in(world.guest)
    notices = reverse("portal:notices", args=["norfolk"])
    assert guest.get(notices).status_code == 200
    people.remove_participant(participant=world.guest, by=world.admin, reason="Left")
    assert guest.get(notices)["Location"].startswith(reverse("account_login"))


def test_remove_participant_keeps_the_last_admin() -> None:
    world = World()
    with pytest.raises(people.UnableToRemoveParticipant):
        people.remove_participant(participant=world.admin, by=world.admin, reason="Bye")
    second = world.person(Role.PARTNER, Duty.PARTNERSHIP_ADMIN)
    people.remove_participant(participant=world.admin, by=second, reason="Bye")
    with pytest.raises(people.UnableToRemoveDuty):
        people.remove_duty(participant=second, duty=Duty.PARTNERSHIP_ADMIN, by=second)


def test_remove_participant_is_refused_to_others_and_across_the_wall() -> None:
    world, other = World(), World(slug="other")
    with pytest.raises(PermissionRefused):
        people.remove_participant(participant=world.carer, by=world.facilitator, reason="No")
    with pytest.raises(OutsidePartnership):
        people.remove_participant(participant=world.carer, by=other.admin, reason="No")
