"""Gentle hints for plainer words: long sentences, and hard words with easier ones.

For what those who work for the service write; what other people write is never judged. A hint
never stands in anybody's way. English only: texts in other languages get no hints about words,
but for those on a partnership's own list.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

LONGEST_SENTENCE = 25  # words; longer ones are hard to read in one go
MOST_HINTS = 6  # for one text: a long list helps nobody
BEGINNING = 8  # words of a long sentence by which its writer finds it

# A hard word, or words, and easier ones. Whatever begins like it is found too ("facilitating").
EASIER = {
    "accordingly": "so",
    "additional": "more, extra",
    "advise": "tell",
    "allocat": "give, share out",
    "alleviat": "ease",
    "ameliorat": "make better",
    "anticipat": "expect",
    "ascertain": "find out",
    "assistance": "help",
    "at the present time": "now",
    "beneficiar": "people it is for",
    "capacity building": "learning how",
    "cohort": "group",
    "collaborat": "work together",
    "commenc": "start",
    "complementar": "that fits with it",
    "comprise": "be made of",
    "consequently": "so",
    "constitute": "be, make up",
    "co-produc": "make together",
    "deliverable": "what will be done",
    "demonstrat": "show",
    "disseminat": "share",
    "due to the fact that": "because",
    "effectuat": "do, make",
    "eligib": "allowed, able to have",
    "empower": "let, help to",
    "endeavour": "try",
    "enhance": "make better",
    "ensure": "make sure",
    "envisage": "expect, plan",
    "establish": "set up, find out",
    "expedite": "speed up",
    "facilitat": "help, make possible",
    "feasib": "that can be done",
    "forthwith": "now",
    "furthermore": "also",
    "going forward": "from now on",
    "holistic": "whole",
    "hitherto": "until now",
    "implement": "carry out, do",
    "in accordance with": "as, by",
    "in order to": "to",
    "in respect of": "about",
    "in the event that": "if",
    "inaugurat": "start",
    "initiate": "start",
    "intervention": "help, what we do",
    "leverag": "use",
    "liaise": "talk with",
    "methodolog": "way",
    "mitigat": "lessen",
    "modalit": "way",
    "moreover": "also",
    "multi-agency": "of several services",
    "notwithstanding": "even so",
    "operationalis": "put to work",
    "optimal": "best",
    "optimis": "make the most of",
    "paradigm": "way of thinking",
    "parameter": "limit",
    "participat": "take part",
    "pathway": "way",
    "prior to": "before",
    "procure": "buy, get",
    "proportionat": "fair for its size",
    "provision of": "giving",
    "pursuant to": "under, by",
    "rationale": "reason",
    "regarding": "about",
    "remuneration": "pay",
    "requisite": "needed",
    "robust": "strong, careful",
    "service level agreement": "what was promised",
    "signpost": "tell people where to go",
    "stakeholder": "people it concerns",
    "strategic": "long-term",
    "subsequent": "later, after",
    "sufficient": "enough",
    "synerg": "working better together",
    "terminate": "end",
    "thereby": "so",
    "utilis": "use",
    "viable": "that can work",
    "whilst": "while",
    "with regard to": "about",
}
_HARD = re.compile(
    r"(?<![\w-])("
    + "|".join(re.escape(each) for each in sorted(EASIER, key=len, reverse=True))
    + r")"
    r"[\w-]*",
    re.IGNORECASE,
)
# A sentence ends at a full stop, a question or an exclamation mark before a gap, or with its line.
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"'”’)]*\s+|\n+")
_WORD = re.compile(r"[^\W_](?:[\w’'.,-]*[^\W_])?")


@dataclass(frozen=True)
class Hint:
    """What could be plainer: `words` as they stand there, and `easier` ones for a hard word.

    Without `easier` it is a sentence of `length` words, named by its beginning.
    """

    words: str
    easier: str = ""
    length: int = 0


def sentences_of(text: str) -> list[str]:
    return [each.strip() for each in _SENTENCE_END.split(text) if each.strip()]


def _ours_in(text: str, ours: Mapping[str, str]) -> Iterator[tuple[int, Hint]]:
    """Where words of a partnership's own list stand, each once: whole words, also with an s.

    What is written in capitals only is found in capitals only: “IT” is not “it”.
    """
    for words, easier in ours.items():
        ignoring = re.NOFLAG if words == words.upper() else re.IGNORECASE
        whole = rf"(?<![\w-]){re.escape(words)}(?:['’]?s)?(?![\w-])"
        if match := re.search(whole, text, ignoring):
            yield match.start(), Hint(match[0], easier=easier)


def hints_for(text: str, ours: Mapping[str, str] | None = None) -> list[Hint]:
    """At most MOST_HINTS hints for a text, in its order; a hard word is named once.

    `ours` are words of a partnership's own with plainer ones. They go before the general ones.
    """
    found: list[tuple[int, Hint]] = []
    for sentence in sentences_of(text):
        words = _WORD.findall(sentence)
        if len(words) > LONGEST_SENTENCE:
            beginning = " ".join(sentence.split()[:BEGINNING]) + " …"
            found.append((text.find(sentence), Hint(beginning, length=len(words))))
    own = list(_ours_in(text, ours or {}))
    found += own
    named: set[str] = set()
    for match in _HARD.finditer(text):
        stem = match[1].lower()
        theirs = any(at <= match.start() < at + len(hint.words) for at, hint in own)
        if stem not in named and not theirs:
            named.add(stem)
            found.append((match.start(), Hint(match[0], easier=EASIER[stem])))
    found.sort(key=lambda each: each[0])
    return [hint for _at, hint in found[:MOST_HINTS]]
