"""The test database that is kept is never that of other code."""

from pathlib import Path

import pytest

from tests.kept_database import fingerprint

pytestmark = pytest.mark.django_db


def test_fingerprint_is_another_for_every_change_of_a_module(tmp_path: Path) -> None:
    migration = tmp_path / "portal/migrations/0001_initial.py"
    migration.parent.mkdir(parents=True)
    seen = {fingerprint(tmp_path)}
    for words in ("one", "two"):
        migration.write_text(words)
        seen.add(fingerprint(tmp_path))
    migration.rename(migration.with_name("0001_other.py"))
    seen.add(fingerprint(tmp_path))
    assert len(seen) == 4
    (tmp_path / "portal/words.txt").write_text("No module.")
    assert fingerprint(tmp_path) in seen


def test_fingerprint_is_another_for_every_version_of_a_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = fingerprint(tmp_path)
    monkeypatch.setattr("importlib.metadata.distributions", list)
    assert fingerprint(tmp_path) != before
