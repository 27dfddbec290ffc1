"""Deleting an account: the name and what was for them alone go; what they gave stays, counted."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.contrib.messages import get_messages
from django.core.files.base import ContentFile
from django.db import connection
from django.urls import reverse

from codesign.enums import CommentKind, Outcome, ProposalStatus, SignUpState
from codesign.models import (
    Attachment,
    CalendarKey,
    CoAuthor,
    Proposal,
    SignUp,
    Support,
)
from codesign.operations import calendars, comments, decisions, proposals, sign_ups, supports
from content.queries.partnerships import front_page
from portal import answers, clock, leaving, notices, record
from portal.enums import DigestRhythm, Duty, Role
from portal.models import (
    Draft,
    Follow,
    Invitation,
    Notice,
    Participant,
    Partnership,
    RecordEntry,
    User,
)
from portal.operations import leaving as operations
from portal.operations import notices as following
from portal.operations import people
from tests.content.test_mine import an_activity_date
from tests.things import Things
from tests.world import World, account, signed_in

pytestmark = pytest.mark.django_db

ENDS = {  # tables of what is somebody's alone; nobody else ever counted it
    "Follow",
    "Notice",
    "Draft",
    "DutyHeld",
    "User",
    "CalendarKey",
    "Member",
    "EmailAddress",
    "Authenticator",
    "Session",
}
GROWS = {"RecordEntry", "RecordHead", "RecordContent", "Revision"}


def rows() -> dict[str, int]:
    """How many rows every table of ours has, but for those that end or grow."""
    return {
        model.__name__: model._default_manager.count()
        for model in apps.get_models()
        if model._meta.app_label in {"portal", "codesign", "feedback", "content"}
        and model.__name__ not in ENDS | GROWS
    }


def counters() -> list[tuple[object, ...]]:
    """Every number that a page shows of what people gave."""
    return [
        *Proposal.objects.order_by("pk").values_list(
            "pk", "support_count", "role_support", "common_ground", "comment_count"
        ),
        *Support.objects.order_by("pk").values_list("pk", "participant", "role"),
    ]


def carers_account(world: World) -> User:
    assert world.carer.user is not None
    return world.carer.user


def test_delete_account_keeps_every_count_and_takes_the_name() -> None:
    things = Things(World())
    world, carer = things.world, things.world.carer
    told = answers.told_about(things.decision)
    before = rows(), counters()
    operations.delete_account(user=carers_account(world))
    assert (rows(), counters()) == before
    assert answers.told_about(things.decision) == told
    left = Participant.objects.get(pk=carer.pk)
    assert left.display_name == "Somebody who left (1)"
    assert (left.user, left.about, left.role) == (None, "", Role.CARER)
    assert left.digest == DigestRhythm.NEVER
    assert not left.is_here
    proposal = Proposal.objects.get(pk=things.proposal.pk)
    assert proposal.by == left
    page = signed_in(world.service_user).get(proposal.get_absolute_url()).content.decode()
    assert "Somebody who left (1)" in page
    assert "Maureen" not in page


def test_delete_account_is_in_the_record_of_every_place_without_a_name() -> None:
    world, other = World(), World(slug="other")
    there = people.join(
        partnership=other.partnership,
        role=Role.PARTNER,
        display_name="M.",
        user=carers_account(world),
    )
    operations.delete_account(user=carers_account(world))
    entries = RecordEntry.objects.filter(kind="account_deleted").order_by("pk")
    assert [entry.partnership_id for entry in entries] == [
        world.partnership.pk,
        other.partnership.pk,
    ]
    assert not any("Maureen" in entry.line for entry in entries)
    assert record.in_words("account_deleted").startswith("Somebody deleted their account")
    there.refresh_from_db()
    assert not there.is_here


def test_each_who_left_has_a_name_of_their_own() -> None:
    world = World()
    for person in (world.carer, world.service_user):
        assert person.user is not None
        operations.delete_account(user=person.user)
    names = Participant.objects.filter(left_at__isnull=False).values_list("display_name", flat=True)
    assert sorted(names) == ["Somebody who left (1)", "Somebody who left (2)"]


def test_what_was_theirs_alone_ends() -> None:
    things = Things(World())
    world, carer = things.world, things.world.carer
    user = carers_account(world)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "x"})
    following.follow(thing=world.workspace, by=carer)
    notices.queue([carer], subject=things.proposal, text="News", needs_me=True)
    Draft.objects.create(participant=carer, key="comment-1", fields={"text": "Half"})
    calendars.make_calendar_key(by=carer)
    kept_email = user.email
    people.invite_participant(email=kept_email, role=Role.CARER, by=World(slug="other").admin)
    nonce = carer.seat_nonce
    operations.delete_account(user=user)
    assert not User.objects.filter(pk=user.pk).exists()
    assert not EmailAddress.objects.exists()
    assert not Authenticator.objects.filter(user_id=user.pk).exists()
    for table in (Follow, Notice, Draft, CalendarKey):
        assert not table.objects.filter(participant=carer).exists(), table
    assert not Invitation.objects.filter(email__iexact=kept_email).exists()
    assert not Invitation.objects.open().filter(email="").exists()
    assert RecordEntry.objects.filter(kind="invitation_revoked").exists()
    assert Participant.objects.get(pk=carer.pk).seat_nonce != nonce
    assert not [row for row in everything_written() if kept_email in row]


def everything_written() -> list[str]:
    """Every value of every row of ours, as text: to look for what should be nowhere."""
    found = []
    for model in apps.get_models():
        if model._meta.app_label in {"portal", "codesign", "feedback", "content", "account"}:
            found += [str(row) for row in model._default_manager.values_list()]
    return found


def test_the_name_stands_nowhere_any_more() -> None:
    things = Things(World())
    world = things.world
    Participant.objects.filter(pk=world.carer.pk).update(
        display_name="Zebedee Quill", about="I look after Dougal."
    )
    assert any("Zebedee Quill" in row for row in everything_written())
    operations.delete_account(user=carers_account(world))
    assert not [row for row in everything_written() if "Zebedee Quill" in row or "Dougal" in row]


def test_their_place_on_dates_to_come_goes_to_whoever_waits() -> None:
    world = World()
    date = an_activity_date(world, days=3)
    type(date.activity).objects.update(capacity=1)
    over = an_activity_date(world, days=1)
    for person in (world.carer, world.service_user):
        sign_ups.sign_up(date=date, by=person)
    sign_ups.sign_up(date=over, by=world.carer)
    with clock.at(clock.now() + timedelta(days=2)):
        operations.delete_account(user=carers_account(world))
    assert SignUp.objects.get(date=date, participant=world.carer).state == SignUpState.CANCELLED
    assert SignUp.objects.get(date=date, participant=world.service_user).state == (
        SignUpState.COMING
    )
    assert SignUp.objects.get(date=over, participant=world.carer).state == SignUpState.COMING
    date.refresh_from_db()
    assert (date.coming_count, date.waiting_count) == (1, 0)


def test_facilitators_hear_when_an_activity_has_no_host_left() -> None:
    world = World()
    led, shared = an_activity_date(world, days=3).activity, an_activity_date(world, days=4).activity
    led.hosts.create(participant=world.carer)
    for person in (world.carer, world.service_user):
        shared.hosts.create(participant=person)
    operations.delete_account(user=carers_account(world))
    told = world.facilitator.notices.all()
    assert [(each.subject, each.needs_me) for each in told] == [(f"activity:{led.pk}", True)]


def test_drafts_nobody_else_has_read_are_emptied_and_shared_ones_are_not(
    django_capture_on_commit_callbacks: object,
) -> None:
    world = World()

    def draft(title: str) -> Proposal:
        return proposals.draft_proposal(
            workspace=world.workspace, title=title, why="My private reason.", by=world.carer
        )

    alone, shared, asked = draft("Alone"), draft("Shared"), draft("Asked")
    file = Attachment.objects.create(
        proposal=alone,
        kind="document",
        file=ContentFile(b"x", name="a.pdf"),
        name="a.pdf",
        words="A letter",
        content_type="application/pdf",
        size=1,
        by=world.carer,
    )
    for proposal, is_there in ((shared, True), (asked, False)):
        CoAuthor.objects.create(
            proposal=proposal,
            participant=world.partner,
            invited_by=world.carer,
            accepted_at=clock.now() if is_there else None,
        )
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        operations.delete_account(user=carers_account(world))
    words = dict(Proposal.objects.values_list("pk", "why"))
    assert words == {alone.pk: "", shared.pk: "My private reason.", asked.pk: ""}
    assert set(Proposal.objects.values_list("status", flat=True)) == {ProposalStatus.DRAFT}
    file.refresh_from_db()
    assert file.removed_at is not None
    assert not file.file.storage.exists(file.file.name)


def test_questions_to_them_are_declined_and_rooms_are_closed() -> None:
    things = Things(World())
    world = things.world
    asked = CoAuthor.objects.create(
        proposal=things.proposal, participant=world.partner, invited_by=world.carer
    )
    assert world.partner.user is not None
    operations.delete_account(user=world.partner.user)
    asked.refresh_from_db()
    assert asked.declined_at is not None
    assert not world.workspace.members.filter(participant=world.partner).exists()


def test_duties_end_and_stand_in_the_record() -> None:
    world = World()
    assert world.moderator.user is not None
    operations.delete_account(user=world.moderator.user)
    assert Participant.objects.get(pk=world.moderator.pk).duties == frozenset()
    entry = RecordEntry.objects.get(kind="account_deleted")
    assert '"duties":["moderator"]' in entry.line


def test_the_last_admin_is_asked_to_find_another_first_and_nothing_has_changed() -> None:
    world, other = World(), World(slug="other")
    assert world.admin.user is not None
    people.join(
        partnership=other.partnership,
        role=Role.CARER,
        display_name="A",
        user=world.admin.user,
    )
    with pytest.raises(operations.UnableToDeleteAccount, match="only partnership admin of Norfolk"):
        operations.delete_account(user=world.admin.user)
    assert not RecordEntry.objects.filter(kind="account_deleted").exists()
    assert Participant.objects.get(pk=world.admin.pk).display_name == "Ada"
    page = signed_in(world.admin).post(reverse("portal:delete_account"), {"sure": "on"})
    assert page.status_code == 422
    assert "Make somebody else an admin" in page.content.decode()
    people.grant_duty(participant=world.partner, duty=Duty.PARTNERSHIP_ADMIN, by=world.admin)
    operations.delete_account(user=world.admin.user)
    assert not User.objects.filter(pk=world.admin.user.pk).exists()


def test_delete_account_is_all_or_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    things = Things(World())
    before = everything_written()

    def fails(*args: object, **kwargs: object) -> None:
        raise RuntimeError("the record cannot be written")

    with monkeypatch.context() as broken:
        broken.setattr(record, "append", fails)
        with pytest.raises(RuntimeError):
            operations.delete_account(user=carers_account(things.world))
    assert everything_written() == before


def test_delete_account_twice_is_once_and_an_account_without_a_place_can_go() -> None:
    world, lonely = World(), account()
    user = carers_account(world)
    operations.delete_account(user=user)
    operations.delete_account(user=user)
    operations.delete_account(user=lonely)
    assert RecordEntry.objects.filter(kind="account_deleted").count() == 1
    assert not User.objects.filter(pk=lonely.pk).exists()


def test_delete_account_through_the_page() -> None:
    world = World()
    client, elsewhere = signed_in(world.carer), signed_in(world.carer)
    url = reverse("portal:delete_account")
    page = client.get(url).content.decode()
    for words in ("Norfolk Partnership", "Maureen", "What goes", "What stays"):
        assert words in page
    unsure = client.post(url)
    assert unsure.status_code == 422
    assert "Tick the box if you are sure" in unsure.content.decode()
    done = client.post(url, {"sure": "on"})
    assert done["Location"] == "/"
    assert [str(each) for each in get_messages(done.wsgi_request)] == [
        "Your account is deleted. Thank you for taking part."
    ]
    for browser in (client, elsewhere):
        again = browser.get(reverse("portal:notices", args=["norfolk"]))
        assert again.status_code == 302
        assert again["Location"].startswith("/accounts/login/")
    assert client.get(url)["Location"].startswith("/accounts/login/")


def test_who_was_removed_before_is_forgotten_too() -> None:
    world = World()
    people.remove_participant(participant=world.carer, by=world.admin, reason="Moved away.")
    operations.delete_account(user=carers_account(world))
    left = Participant.objects.get(pk=world.carer.pk)
    assert left.display_name == "Somebody who left (1)"
    assert left.left_at is not None


def test_who_comes_back_with_the_same_address_is_somebody_new() -> None:
    world = World()
    email = carers_account(world).email
    operations.delete_account(user=carers_account(world))
    _invitation, token = people.invite_participant(email=email, role=Role.CARER, by=world.admin)
    back = people.accept_invitation(
        token=token, partnership=world.partnership, user=None, display_name="Maureen"
    )
    assert back.pk != world.carer.pk


def test_remove_participant_frees_places_but_keeps_drafts_for_who_comes_back() -> None:
    world = World()
    date = an_activity_date(world, days=3)
    sign_ups.sign_up(date=date, by=world.carer)
    draft = proposals.draft_proposal(
        workspace=world.workspace, title="Mine", why="Still mine.", by=world.carer
    )
    people.remove_participant(participant=world.carer, by=world.admin, reason="A year abroad.")
    date.refresh_from_db()
    assert date.coming_count == 0
    draft.refresh_from_db()
    assert draft.why == "Still mine."


def test_apps_register_what_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    world, ended = World(), []
    monkeypatch.setattr(leaving, "_on_leaving", [])
    monkeypatch.setattr(leaving, "_on_deletion", [])
    leaving.when_leaving(lambda who: ended.append(("left", who)))
    leaving.when_deleted(lambda who: ended.append(("deleted", who)))
    leaving.settle(world.carer)
    leaving.settle(world.partner, for_good=True)
    assert ended == [
        ("left", world.carer),
        ("left", world.partner),
        ("deleted", world.partner),
    ]


def test_a_decision_after_somebody_left_still_counts_their_support() -> None:
    world = World()
    drafted = proposals.draft_proposal(
        workspace=world.workspace, title="A choir", why="Joy.", by=world.partner
    )
    proposal = proposals.open_proposal(proposal=drafted, by=world.partner)
    supports.support_proposal(proposal=proposal, by=world.carer)
    comments.comment_on_proposal(
        proposal=proposal, text="Who sings?", by=world.carer, kind=CommentKind.QUESTION
    )
    operations.delete_account(user=carers_account(world))
    decision = decisions.draft_decision(
        workspace=world.workspace,
        words=decisions.DecisionWords(
            title="We sing",
            what="On Mondays.",
            reasons="Asked for.",
            evidence="Two people.",
            how="All.",
            review_on=clock.today() + timedelta(days=90),
        ),
        outcomes=[decisions.OutcomeFor(proposal, Outcome.AGREED, "Wanted.")],
        by=world.facilitator,
    )
    decisions.publish_decision(decision=decision, by=world.facilitator)
    proposal.refresh_from_db()
    assert (proposal.support_count, proposal.comment_count) == (1, 1)
    assert not Notice.objects.filter(participant=world.carer).exists()
    front = front_page(Partnership.objects.get(pk=world.partnership.pk), world.partner)
    assert front.decisions == [decision]


def test_nothing_in_the_database_points_at_what_is_gone() -> None:
    things = Things(World())
    operations.delete_account(user=carers_account(things.world))
    connection.check_constraints()
