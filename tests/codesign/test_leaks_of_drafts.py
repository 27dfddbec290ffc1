"""Attacks on what is not published: drafts of decisions and votes, hidden ideas, waiting words."""

import io
import json
import zipfile
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from codesign.enums import HidingReason, Outcome, StageKind
from codesign.models import EnteredLine, Proposal, Statement
from codesign.operations import deciders, decisions, moderation, objections, sheet_lines, statements
from codesign.operations.deciders import DeciderWords
from codesign.operations.sheets import Person, SheetLine
from portal import clock, record_export
from portal.enums import Duty, Role
from portal.models import Notice, RecordEntry, ref
from tests.codesign.ballot import a_ballot, a_space, suggestions
from tests.codesign.sheet import NEW, enter_sheet
from tests.world import World, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


def url(name: str, *args: Any) -> str:
    return reverse(name, args=["norfolk", *args])


def copied(world: World) -> str:
    """What a person of the partnership reads in their copy of the record."""
    out = io.BytesIO()
    record_export.write(world.partnership, out, reader=world.carer)
    with zipfile.ZipFile(out) as archive:
        return "".join(
            json.dumps(archive.read(name).decode(), ensure_ascii=False)
            for name in archive.namelist()
            if name.endswith("jsonl")
        )


# -- hidden ideas of paper sheets ------------------------------------------------------------------


@pytest.fixture
def line(world: World) -> EnteredLine:
    """A line whose idea was corrected, and then hidden."""
    sheet = enter_sheet(world, SheetLine(NEW, idea="Quokka brench", why="Quokka legs."))
    line = sheet.entered_lines.get()
    sheet_lines.correct_line(
        line=line,
        says=SheetLine(Person(line.participant), idea="Quokka bench", why="Quokka legs."),
        reason="Mistyped.",
        by=world.provider,
    )
    moderation.hide_proposal(
        proposal=Proposal.objects.get(title="Quokka bench"),
        reason=HidingReason.NAMED,
        why="It names somebody.",
        by=world.moderator,
    )
    return EnteredLine.objects.get(pk=line.pk)


def test_correct_line_shows_nobody_the_words_of_an_idea_that_was_hidden(
    world: World, line: EnteredLine
) -> None:
    for person in (world.provider, world.facilitator):
        client = signed_in(person)
        for page in (url("codesign:correct_line", line.pk), url("codesign:sheet", line.sheet_id)):
            assert "Quokka" not in client.get(page).content.decode(), page
    with pytest.raises(sheet_lines.UnableToCorrectLine, match="hidden"):
        sheet_lines.correct_line(
            line=line,
            says=SheetLine(Person(line.participant), idea="Another", why="One."),
            reason="To write over it.",
            by=world.facilitator,
        )


def test_correct_line_leaves_no_hidden_words_in_copies_of_the_record(
    world: World, line: EnteredLine
) -> None:
    assert "Quokka" not in copied(world)


# -- drafts ----------------------------------------------------------------------------------------


def test_a_draft_of_a_decision_is_for_those_who_write_it(world: World) -> None:
    """Its words, who decides, what they have to gain, and objections: nowhere for others."""
    space = a_space(world)
    [proposal, _other] = suggestions(world, space, 2)
    draft = decisions.draft_decision(
        workspace=space,
        words=decisions.DecisionWords(
            title="Quokkas first",
            what="Quokkas come.",
            reasons="Quokkas help.",
            evidence="Quokkas were counted.",
            how="Quokkas met.",
            review_on=clock.today(),
        ),
        outcomes=[decisions.OutcomeFor(proposal, Outcome.AGREED, "Quokkas want it.")],
        by=world.facilitator,
    )
    deciders.set_deciders(
        decision=draft,
        deciders=[DeciderWords(participant=world.provider, interest="Quokka shares.")],
        by=world.facilitator,
    )
    objection = objections.raise_objection(
        decision=draft, words="Quokkas bite.", said_by="Quokka Q.", by=world.facilitator
    )
    objections.answer_objection(objection=objection, answer="Quokkas do not.", by=world.facilitator)
    others = [world.carer, world.provider, world.commissioner, world.moderator, world.guest]
    for client in (*map(signed_in, others), Client()):
        for page in (
            url("codesign:decision", draft.pk),
            url("codesign:edit_decision", draft.pk),
            url("codesign:answer_objection", objection.pk),
            url("codesign:decisions"),
            url("content:trail", "decision", draft.pk),
            url("content:trail_json", "decision", draft.pk),
            proposal.get_absolute_url(),
            space.get_absolute_url(),
            url("portal:record"),
            url("portal:notices"),
        ):
            assert "Quokka" not in client.get(page, follow=True).content.decode(), page
    assert "Quokka" not in copied(world)
    writer = signed_in(world.facilitator).get(url("codesign:decision", draft.pk))
    assert "Quokkas first" in writer.content.decode()


def test_a_draft_of_a_ballot_is_for_facilitators(world: World) -> None:
    draft = a_ballot(world, question="Shall Quokkas come?", about="Quokkas.")
    proposal = draft.options.get(place=1).proposal
    others = [world.carer, world.provider, world.commissioner, world.moderator, world.guest]
    for client in (*map(signed_in, others), Client()):
        for page in (
            url("codesign:ballots"),
            url("codesign:ballot", draft.pk),
            url("codesign:edit_ballot", draft.pk),
            url("codesign:open_ballot", draft.pk),
            url("codesign:practise_ballot", draft.pk),
            url("codesign:cast_ballot", draft.pk),
            url("codesign:cast_for_somebody", draft.pk),
            url("codesign:ballot_votes", draft.pk),
            url("codesign:ballots_file", draft.pk),
            url("codesign:ballot_option", draft.pk, 1),
            url("content:trail", "ballot", draft.pk),
            url("content:trail_json", "ballot", draft.pk),
            proposal.get_absolute_url(),
            draft.workspace.get_absolute_url(),
            url("portal:record"),
        ):
            assert "Quokka" not in client.get(page, follow=True).content.decode(), page
    assert "Quokka" not in copied(world)


# -- statements ------------------------------------------------------------------------------------


def test_whose_a_statement_is_stands_with_nobody_who_reads_it(world: World) -> None:
    space = world.open_workspace("What helps?", StageKind.LISTEN)
    rounded = statements.open_statements(
        workspace=space, question="What helps?", first=["Breaks help."], by=world.facilitator
    )
    author = world.person(Role.CARER)
    author.display_name = "Zanzibar Zed"
    author.save(update_fields=["display_name"])
    waiting = statements.suggest_statement(rounded=rounded, words="Quokkas help.", by=author)
    readers = [world.facilitator, world.moderator, world.carer, world.provider, world.guest]
    pages = (
        url("codesign:statements", rounded.pk),
        url("codesign:my_answers", rounded.pk),
        url("codesign:waiting_statements"),
        url("codesign:decline_statement", waiting.pk),
        url("codesign:see_common_ground", rounded.pk),
        url("codesign:statement_rounds", space.pk),
        space.get_absolute_url(),
        url("portal:record"),
        url("portal:notices"),
    )

    def seen() -> None:
        for person in readers:
            client = signed_in(person)
            for page in pages:
                text = client.get(page, follow=True).content.decode()
                assert "Zanzibar" not in text, (person, page)
                if Statement.objects.get(pk=waiting.pk).is_waiting and not person.has_duty(
                    Duty.FACILITATOR, Duty.MODERATOR
                ):
                    assert "Quokkas help" not in text, (person, page)

    seen()
    statements.show_statement(statement=waiting, by=world.moderator)
    seen()
    statements.close_statements(rounded=rounded, by=world.facilitator)
    seen()
    lines = RecordEntry.objects.filter(subject=ref(waiting)).values_list("line", flat=True)
    assert lines
    assert not any(ref(author) in line for line in lines)
    told = Notice.objects.filter(text__contains="Quokkas help").exclude(participant=author)
    assert not told.exists()
