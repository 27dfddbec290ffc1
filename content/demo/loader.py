"""Loads one demo partnership from its TOML files: its events are gathered, then lived."""

import tomllib
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import groupby
from pathlib import Path

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from content.demo.chapters import CHAPTERS
from content.demo.story import Row, Story
from portal import clock, record
from portal.models import Notice, Partnership

HERE = Path(__file__).parent


def files() -> list[Path]:
    """The demo's partnerships, in a steady order: one file each, without its further parts."""
    return sorted(path for path in HERE.glob("*.toml") if "." not in path.stem)


def read(path: Path) -> Row:
    """A partnership's rows: of `<name>.toml`, and of each part `<name>.<part>.toml` beside it."""
    rows: Row = tomllib.loads(path.read_text(encoding="utf-8"))
    for part in sorted(path.parent.glob(f"{path.stem}.*.toml")):
        for noun, more in tomllib.loads(part.read_text(encoding="utf-8")).items():
            rows[noun] = [*rows.get(noun, []), *more]
    return rows


@dataclass
class Loader:
    """One partnership on its way from file to database. `load` does all of it, or nothing."""

    story: Story

    @classmethod
    def of(cls, path: Path) -> "Loader":
        return cls(Story(read(path)))

    @transaction.atomic
    def load(self) -> Partnership:
        """Live through all events in order. Raises whatever an operation refuses."""
        story = self.story
        for gather in CHAPTERS:
            gather(story)
        ordered = sorted(story.events, key=lambda event: (event.day, event.rank))
        for day, on_that_day in groupby(ordered, key=lambda event: event.day):
            acts = list(on_that_day)
            opens = timezone.make_aware(datetime.combine(story.day(day), time(9)))
            lasts = timedelta(hours=8)
            if day == 0:  # today is not over: its events are just behind us
                lasts = timedelta(hours=1)
                opens = timezone.now() - lasts
            for number, event in enumerate(acts):
                with clock.at(opens + lasts * number / len(acts)):
                    event.act()
        record.checkpoint(story.partnership.pk, origin=story.partnership.slug)
        # Two years of mail are not sent on the day the demo is loaded, and old notices were read.
        mine = Notice.objects.filter(partnership=story.partnership)
        mine.update(mailed_at=F("at"))
        mine.filter(at__lt=timezone.now() - timedelta(days=21)).update(read_at=F("at"))
        return story.partnership
