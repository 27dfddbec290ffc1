"""What stands in an evidence pack: each file made from the story its audience may read."""

import json
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.timezone import localdate
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from codesign import exports
from codesign.models import Ballot, Decision
from codesign.queries import decisions
from codesign.queries.ballot_files import file_of
from content.queries.decision_story import Story, story_of
from portal import pdf, record_export
from portal.counts import count_in_words
from portal.models import Participant, Partnership, ref

STYLES = Path(__file__).with_name("evidence.css")
Files = dict[str, bytes]
Tell = Callable[[int], None]


@dataclass(frozen=True)
class OnPaper:
    """The `request` of a page that nobody asked for: on paper there is nothing to press."""

    partnership: Partnership
    participant: None = None


def files_of(decision: Decision, reader: Participant | None, tell: Tell) -> Files:
    """Every file of a pack but the record, by name. `tell` hears how far it is, in percent.

    Raises PermissionError when the reader may not read the decision.
    """
    story = story_or_refuse(decision, reader)
    tell(20)
    files = {
        "outcomes.csv": _csv(
            [_("Suggestion"), _("Address"), _("What was decided"), _("Why"), _("Scores")],
            _outcomes(story),
        ),
        "timeline.csv": _csv(
            [
                _("Date"),
                _("Part"),
                _("What"),
                _("Who"),
                _("Role"),
                _("State"),
                _("Words"),
                _("Address"),
            ],
            _timeline(story),
        ),
        "heard.csv": _csv([_("Role"), _("Heard"), _("In the partnership now")], _heard(story)),
        "voices-and-themes.csv": _csv(
            [_("Date"), _("Kind"), _("What"), _("Words"), _("People who said it")],
            _voices(story, reader),
        ),
        "decision.json": _json(_as_data(story)),
    }
    tell(40)
    for ballot in story.ballots:
        name = f"ballots/ballot-{ballot.pk}"
        files[f"{name}.json"] = _json(file_of(ballot))
        files[f"{name}-result.csv"] = _csv(
            [_("Option"), _("Chosen"), _("Figure")], _results(ballot)
        )
    tell(60)
    files |= _printed(story)
    tell(85)
    files["README.txt"] = _readme(story, reader, files).encode()
    return files


def story_or_refuse(decision: Decision, reader: Participant | None) -> Story:
    """The story as it may be read. Raises PermissionError where it may not."""
    story = story_of(decision, reader)
    if story is None:
        raise PermissionError("the audience may not read this decision")
    return story


def write(
    files: Files, out: IO[bytes], partnership: Partnership, reader: Participant | None
) -> None:
    """Write a pack as a zip. The record is in it, except for visitors, who may not read it."""
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
        if reader is None:  # to the record's own export, no reader means the operator
            return
        with TemporaryFile() as whole:
            record_export.write(partnership, whole, reader=reader)
            with zipfile.ZipFile(whole) as found:
                for each in found.infolist():
                    with (
                        found.open(each) as source,
                        archive.open(f"record/{each.filename}", "w", force_zip64=True) as member,
                    ):
                        while block := source.read(1 << 16):
                            member.write(block)


def _csv(headings: Sequence[str], rows: Iterable[exports.Row]) -> bytes:
    return "".join(exports.as_csv(headings, rows)).encode()


def _json(data: Any) -> bytes:
    return json.dumps(data, ensure_ascii=False, indent=2).encode() + b"\n"


def _address(url: str) -> str:
    return f"{settings.BASE_URL}{url}" if url else ""


def _outcomes(story: Story) -> Iterable[exports.Row]:
    for each in story.around.outcomes:
        scores = "; ".join(f"{given.criterion.name}: {given.score}" for given in each.scores.all())
        yield [
            each.source.shown_title,
            _address(each.source.get_absolute_url()),
            each.get_outcome_display(),
            each.why,
            scores,
        ]


def _timeline(story: Story) -> Iterable[exports.Row]:
    for chapter in story.chapters:
        for step in chapter.lines:
            yield [
                step.when.isoformat(),
                chapter.heading,
                step.title,
                step.who_name,
                step.who.get_role_display() if step.who else "",
                step.state,
                step.words,
                _address(step.url),
            ]


def _heard(story: Story) -> Iterable[exports.Row]:
    for each in story.heard.roles:
        yield [str(each.role.label), *each.words]
    yield [_("All together"), *story.heard.words]
    yield [_("Voices without a name"), story.heard.unnamed, ""]


def _voices(story: Story, reader: Participant | None) -> Iterable[exports.Row]:
    """Every theme with how many voices led to it, through the gate; then every voice."""
    voices = {step.ref for step in story.led if step.kind == "voice"}
    said = Counter(tie.target for tie in story.trail.links if tie.source in voices)
    for step in story.led:
        if step.kind == "theme":
            people = count_in_words(said[step.ref], exact=reader is not None)
            yield [step.when.isoformat(), step.state, step.title, step.words, people]
    for step in story.led:
        if step.kind == "voice":
            yield [step.when.isoformat(), _("Voice"), step.title, step.words, ""]


def _results(ballot: Ballot) -> Iterable[exports.Row]:
    """Options in the order in which they ended, by the titles of the published file."""
    result = ballot.result or {}
    names = file_of(ballot)["names"]
    for each in result.get("standings", []):
        chosen = _("Yes") if each["option"] in ballot.chosen else _("No")
        yield [names[each["option"]], chosen, str(each["figure"])]


def _as_data(story: Story) -> dict[str, Any]:
    decision, around = story.decision, story.around
    assert decision.published_at is not None  # packs are of published ones
    return {
        "version": 1,
        "decision": ref(decision),
        "address": _address(decision.get_absolute_url()),
        "published_at": decision.published_at.isoformat(),
        "review_on": decision.review_on.isoformat(),
        "fingerprint": decision.fingerprint,
        "entry": story.sealed.entry if story.sealed else None,
        "entry_fingerprint": story.sealed.fingerprint if story.sealed else "",
        "says": decisions.content_of(decision),
        "outcomes": {ref(each.source): each.outcome for each in around.outcomes},
        "ballots": [ref(each) for each in story.ballots],
        "kept": [
            {
                "what": each.what,
                "kept_on": localdate(each.kept_at).isoformat(),
                "how": each.kept_words,
            }
            for each in around.commitments
            if each.kept_at is not None
        ],
        "corrections": [
            {"words": each.shown_words, "answer": each.answer} for each in around.corrections
        ],
        "replaced_by": [ref(each) for each in around.replaced_by],
        "reviewed_by": [ref(each) for each in around.reviewed_by],
    }


def page_of(story: Story) -> str:
    """The decision and its story as one page that needs no other file."""
    html = render_to_string(
        "content/evidence_print.html",
        {
            "story": story,
            "decision": story.decision,
            "around": story.around,
            "request": OnPaper(story.decision.partnership),
            "base": settings.BASE_URL,
            "language": get_language(),
        },
    )
    styles = f"<style>{STYLES.read_text(encoding='utf-8')}</style></head>"
    return html.replace("</head>", styles, 1)


def _printed(story: Story) -> Files:
    """The decision to be read: as a tagged PDF, or as a page where this machine makes no PDFs."""
    if not pdf.can_print():
        return {"decision.html": page_of(story).encode()}
    return {"decision.pdf": pdf.printed(page_of(story))}


def _readme(story: Story, reader: Participant | None, files: Files) -> str:
    """What is what, and how to check it."""
    says = {
        "decision.pdf": _("the decision and how it came about, to read or to print"),
        "decision.html": _("the same as a page, since this site cannot make PDFs: open and print"),
        "outcomes.csv": _("what was decided about each suggestion, and why"),
        "timeline.csv": _("every step on the way, with its date"),
        "heard.csv": _("who was heard and who was not, by role; small numbers are hidden"),
        "voices-and-themes.csv": _("what people said, as far as it was published"),
        "decision.json": _("the decision as data, for a program"),
    }
    lines = [
        story.decision.title,
        "=" * len(story.decision.title),
        "",
        _address(story.decision.get_absolute_url()),
        "",
        *(f"{name}: {words}" for name, words in says.items() if name in files),
    ]
    if story.ballots:
        lines.append(_("ballots/: each vote, without names, and what came out of it"))
    lines += ["", _("Fingerprint of the decision: %(it)s") % {"it": story.decision.fingerprint}]
    if reader is not None:
        lines += [
            "",
            _("record/: the record of the partnership. To check that nothing in it was changed,"),
            _("you need Python 3.9 or newer. In the folder of this file, type:"),
            "",
            "    python record/verify_record.py record",
        ]
    else:
        lines += [
            "",
            _("The record itself is for people of the partnership. Anybody of them can download"),
            _("it, check it, and tell you whether the fingerprint above stands in it."),
        ]
    return "\n".join(lines) + "\n"
