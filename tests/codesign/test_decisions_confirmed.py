"""A second person confirms a decision before it is published, where the partnership asks for it."""

import pytest
from django.urls import reverse

from codesign.enums import OpenTo
from codesign.models import Decision
from codesign.operations import confirmations, deciders, decisions, members, objections
from codesign.operations.confirmations import UnableToConfirmDecision
from codesign.queries import decisions as queries
from portal import permissions, record
from portal.enums import Duty, Role, Visibility
from portal.models import Notice, Participant, RecordContent, RecordEntry, ref
from tests.codesign.test_decisions import a_draft, words
from tests.codesign.test_proposals import an_open_proposal
from tests.world import World, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    made = World()
    confirmations.require_confirmation(partnership=made.partnership, required=True, by=made.admin)
    made.partnership.refresh_from_db()
    return made


@pytest.fixture
def sent(world: World) -> Decision:
    """A finished draft that the facilitator has sent to be confirmed."""
    draft = a_draft(world, an_open_proposal(world))
    return confirmations.send_for_confirmation(decision=draft, by=world.facilitator)


def told(person: Participant) -> list[str]:
    return [each.text for each in Notice.objects.filter(participant=person).order_by("pk")]


def test_require_confirmation_is_set_on_a_page_and_recorded_once(world: World) -> None:
    url = reverse("codesign:require_confirmation", args=["norfolk"])
    client = signed_in(world.admin)
    page = client.get(url).content.decode()
    assert 'value="yes" checked' in " ".join(page.split()).replace('" id="id_required_0"', '"')
    assert client.post(url, {"required": ""}).status_code == 422
    assert client.post(url, {"required": "no"}).status_code == 302
    world.partnership.refresh_from_db()
    assert not world.partnership.confirms_decisions
    client.post(url, {"required": "no"})
    entries = RecordEntry.objects.filter(kind="confirmation_required").order_by("seq")
    assert ['"required":true' in each.line for each in entries] == [True, False]
    with pytest.raises(permissions.PermissionRefused):
        confirmations.require_confirmation(
            partnership=world.partnership, required=True, by=world.facilitator
        )


def test_publish_decision_is_refused_until_somebody_else_confirmed(
    world: World, sent: Decision
) -> None:
    other = world.person(Role.PARTNER, Duty.FACILITATOR, name="Fay")
    assert any("second person" in each for each in told(world.commissioner))
    assert not any("second person" in each for each in told(world.facilitator))
    with pytest.raises(decisions.UnableToPublishDecision, match="Somebody else has to confirm"):
        decisions.publish_decision(decision=sent, by=world.facilitator)
    with pytest.raises(UnableToConfirmDecision, match="You sent it"):
        confirmations.confirm_decision(decision=sent, by=world.facilitator)
    with pytest.raises(permissions.PermissionRefused):
        confirmations.confirm_decision(decision=sent, by=world.provider)
    confirmations.confirm_decision(decision=sent, by=world.commissioner)
    with pytest.raises(UnableToConfirmDecision, match="Colin has confirmed it already"):
        confirmations.confirm_decision(decision=sent, by=other)
    assert any("can be published" in each for each in told(world.facilitator))
    entry = RecordEntry.objects.get(kind="decision_confirmed")
    assert not RecordContent.objects.filter(seq=entry.seq).exists(), "its words are nobody's yet"
    made = decisions.publish_decision(decision=sent, by=world.facilitator)
    line = RecordEntry.objects.get(kind="decision_published").line
    assert f'"confirmed_by":"{ref(world.commissioner)}"' in line
    with pytest.raises(UnableToConfirmDecision, match="published already"):
        confirmations.send_for_confirmation(decision=made, by=world.facilitator)
    with pytest.raises(UnableToConfirmDecision, match="published already"):
        confirmations.confirm_decision(decision=made, by=other)
    page = signed_in(world.carer).get(made.get_absolute_url()).content.decode()
    assert "Confirmed by" in page


@pytest.mark.parametrize("confirmed", [False, True])
@pytest.mark.parametrize("change", ["words", "deciders", "objection"])
def test_any_change_takes_back_what_was_sent(
    world: World, sent: Decision, change: str, confirmed: bool
) -> None:
    if confirmed:
        confirmations.confirm_decision(decision=sent, by=world.commissioner)
    if change == "words":
        decisions.edit_decision(
            decision=sent, words=words(title="New"), outcomes=[], by=world.facilitator
        )
    elif change == "deciders":
        deciders.set_deciders(decision=sent, deciders=[], by=world.facilitator)
    else:
        objections.raise_objection(decision=sent, words="No.", said_by="Sam", by=world.facilitator)
    sent.refresh_from_db()
    assert (sent.sent_to_confirm_by, sent.sent_to_confirm_at) == (None, None)
    assert (sent.confirmed_by, sent.confirmed_at) == (None, None)
    with pytest.raises(UnableToConfirmDecision, match="was changed"):
        confirmations.confirm_decision(decision=sent, by=world.commissioner)
    assert signed_in(world.commissioner).get(sent.get_absolute_url()).status_code == 404


def test_send_for_confirmation_refusals(world: World, sent: Decision) -> None:
    with pytest.raises(UnableToConfirmDecision, match="sent already"):
        confirmations.send_for_confirmation(decision=sent, by=world.facilitator)
    with pytest.raises(permissions.PermissionRefused):
        confirmations.send_for_confirmation(decision=sent, by=world.commissioner)
    with pytest.raises(decisions.UnableToPublishDecision, match="at least one"):
        confirmations.send_for_confirmation(decision=a_draft(world), by=world.facilitator)
    confirmations.require_confirmation(
        partnership=world.partnership, required=False, by=world.admin
    )
    with pytest.raises(UnableToConfirmDecision, match="No second person"):
        confirmations.send_for_confirmation(
            decision=a_draft(world, an_open_proposal(world, "Another")), by=world.facilitator
        )


def test_who_may_confirm_reads_the_draft_once_it_is_sent(world: World, sent: Decision) -> None:
    unsent = a_draft(world, an_open_proposal(world, "Another"))
    commissioner = signed_in(world.commissioner)
    page = commissioner.get(sent.get_absolute_url()).content.decode()
    assert "Confirm this decision" in page
    assert "Change the draft" not in page
    assert commissioner.get(unsent.get_absolute_url()).status_code == 404
    assert signed_in(world.provider).get(sent.get_absolute_url()).status_code == 404
    facilitator = signed_in(world.facilitator).get(sent.get_absolute_url()).content.decode()
    assert "Confirm this decision" not in facilitator
    assert "See who will be told, and publish" not in facilitator
    register = reverse("codesign:decisions", args=["norfolk"])
    assert sent.title in commissioner.get(register).content.decode()
    assert list(queries.to_confirm(world.commissioner)) == [sent]
    assert list(queries.to_confirm(world.facilitator)) == []
    members.set_access(
        workspace=world.workspace,
        visibility=Visibility.PARTNERSHIP,
        open_to=OpenTo.INVITATION,
        by=world.facilitator,
    )
    assert commissioner.get(sent.get_absolute_url()).status_code == 404
    assert list(queries.to_confirm(world.commissioner)) == []


def test_a_decision_is_sent_and_confirmed_by_posting_forms(world: World) -> None:
    draft = a_draft(world, an_open_proposal(world))
    here = ["norfolk", draft.pk]
    send = reverse("codesign:send_for_confirmation", args=here)
    assert signed_in(world.facilitator).post(send).status_code == 302
    confirm = reverse("codesign:confirm_decision", args=here)
    assert signed_in(world.commissioner).post(confirm).status_code == 302
    draft.refresh_from_db()
    assert draft.confirmed_by == world.commissioner


def test_confirm_decision_writes_nothing_when_the_record_fails(
    world: World, sent: Decision, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError("no record")

    monkeypatch.setattr(record, "append", broken)
    with pytest.raises(RuntimeError, match="no record"):
        confirmations.confirm_decision(decision=sent, by=world.commissioner)
    sent.refresh_from_db()
    assert not sent.is_confirmed
