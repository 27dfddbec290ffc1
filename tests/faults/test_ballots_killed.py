"""F09 and F10: the server is killed with -9 while people vote, and while a ballot closes.

A process of its own prepares once and then forks a server to be killed again and again, each time
at another moment. Whatever it had acknowledged is there afterwards, exactly once; and a ballot is
open with all its votes, or closed with all of them counted, and never anything between.
"""

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from codesign.enums import Secrecy
from codesign.models import SecretVote
from portal.enums import Role
from portal.models import Participant
from tests.codesign.ballot import an_open_ballot
from tests.world import World

pytestmark = pytest.mark.usefixtures("committing")

KILLS = 50
ROOT = Path(__file__).resolve().parent.parent.parent

VICTIM = """
import django, json, os, random, secrets, signal, sys, time
django.setup()
from django.db import connections, transaction
from codesign.counting import methods
from codesign.models import Ballot, SecretVote
from codesign.operations import closing, votes
from codesign.queries import ballot_files
from portal import verify_record
from portal.models import Participant, RecordEntry

ballot = Ballot.objects.select_related("partnership").get(pk=int(sys.argv[1]))
facilitator = Participant.objects.get(pk=int(sys.argv[2]))
kills = int(sys.argv[3])
draw = random.Random(5)
acknowledged, killed_while_voting, killed_while_closing, problems = [], 0, 0, []


def fork(act):
    connections.close_all()
    pid = os.fork()
    if pid == 0:
        try:
            act()
        finally:
            os._exit(0)
    return pid


def kill(pid):
    os.kill(pid, signal.SIGKILL)
    _pid, status = os.waitpid(pid, 0)
    return os.WIFSIGNALED(status)


def waiting():
    return [each.participant for each in
            ballot.roll.filter(voted=False).select_related("participant").order_by("pk")[:40]]


def whole():
    cast = SecretVote.objects.filter(ballot=ballot).count()
    marked = ballot.roll.filter(voted=True).count()
    if cast != marked:
        problems.append(f"{cast} votes and {marked} marks on the roll")


for _kill in range(kills):
    people = waiting()
    read, write = os.pipe()

    def serve():
        for person in people:
            code = secrets.token_hex(16)
            votes.cast_ballot(ballot=ballot, choice=["1"], by=person, code=code)
            os.write(write, code.encode())

    pid = fork(serve)
    os.close(write)
    heard = b""
    for _each in range(draw.randrange(1, 4)):
        heard += os.read(read, 32)
    time.sleep(draw.random() * 0.02)
    killed_while_voting += kill(pid)
    while more := os.read(read, 4096):
        heard += more
    os.close(read)
    acknowledged += [heard[at:at + 32].decode() for at in range(0, len(heard) // 32 * 32, 32)]
    whole()

kept = set(SecretVote.objects.filter(ballot=ballot).values_list("code", flat=True))
lost = [code for code in acknowledged if code not in kept]
more_than_heard = len(kept) - len(acknowledged)


def close():
    closing.close_ballot(ballot=ballot, by=facilitator, reason="All have voted.")


began = time.monotonic()
with transaction.atomic():
    close()
    transaction.set_rollback(True)
takes = time.monotonic() - began

for _kill in range(kills):
    pid = fork(close)
    # Later and later, so that some come before, some between and the last perhaps after the end.
    time.sleep(takes * 1.2 * (_kill % 10 + draw.random()) / 10)
    killed_while_closing += kill(pid)
    ballot.refresh_from_db()
    entries = RecordEntry.objects.filter(kind="ballot_closed").count()
    counted = ballot.counted_votes.count()
    left = SecretVote.objects.filter(ballot=ballot).count()
    if ballot.closed_at is None:
        if (counted, left, entries, ballot.result) != (0, len(kept), 0, None):
            problems.append(f"half closed: {counted} counted, {left} left, {entries} entries")
    else:
        file = ballot_files.file_of(ballot)
        if (counted, left, entries) != (len(kept), 0, 1):
            problems.append(f"half closed: {counted} counted, {left} left, {entries} entries")
        if verify_record.ballots_hash(file) != ballot.ballots_hash:
            problems.append("the list is not the one that was hashed")
        if methods.count(ballot_files.read(file)).as_data() != ballot.result:
            problems.append("the result is not that of a recount")
        break
if ballot.closed_at is None:
    close()
    ballot.refresh_from_db()
codes = set(ballot.counted_votes.values_list("code", flat=True))
print(json.dumps({
    "killed_while_voting": killed_while_voting, "killed_while_closing": killed_while_closing,
    "acknowledged": len(acknowledged), "kept": len(kept), "lost": lost,
    "more_than_heard": more_than_heard, "counted": codes == kept, "problems": problems,
    "checked": ballot.result["ballots"] == len(kept),
}))
"""


def a_place_of_its_own(tmp_path: Path) -> dict[str, str]:
    """The environment of a process on a copy of this database; on PostgreSQL, on this very one."""
    env = {**os.environ, "PORTAL_MODE": "test", "DJANGO_SETTINGS_MODULE": "portal.settings"}
    if connection.vendor == "sqlite":
        name = str(connection.settings_dict["NAME"])
        with (
            sqlite3.connect(name) as source,
            sqlite3.connect(tmp_path / "throughline.sqlite3") as copy,
        ):
            source.backup(copy)
        source.close()
        copy.close()
        return env | {"PORTAL_VAR": str(tmp_path)}
    base = os.environ["DATABASE_URL"].rsplit("/", 1)[0]
    return env | {"DATABASE_URL": f"{base}/{connection.settings_dict['NAME']}"}


def test_a_server_killed_50_times_loses_no_vote_and_closes_a_ballot_wholly_or_not(
    tmp_path: Path,
) -> None:
    world = World()
    crowd = Participant.objects.bulk_create(
        Participant(partnership=world.partnership, role=Role.CARER, display_name=f"Guest {n}")
        for n in range(KILLS * 20)
    )
    ballot = an_open_ballot(world, secrecy=Secrecy.SECRET, listed=crowd)
    connection.close()
    done = subprocess.run(
        [sys.executable, "-c", VICTIM, str(ballot.pk), str(world.facilitator.pk), str(KILLS)],
        env=a_place_of_its_own(tmp_path),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.strip().splitlines()[-1])
    assert found["killed_while_voting"] == KILLS
    assert found["killed_while_closing"] >= 1
    assert found["acknowledged"] >= KILLS
    assert found["lost"] == []
    # What was committed in the very moment of a kill may be there without having been heard of.
    assert 0 <= found["more_than_heard"] <= KILLS
    assert found["problems"] == []
    assert found["counted"] is True
    assert found["checked"] is True


def test_control_without_a_transaction_a_kill_leaves_a_mark_and_no_vote() -> None:
    """What the two writes of a secret vote look like when something ends between them."""
    world = World()
    crowd = [world.person(Role.CARER) for _each in range(8)]
    ballot = an_open_ballot(world, secrecy=Secrecy.SECRET, listed=crowd)
    ballot.roll.filter(participant=crowd[0]).update(voted=True)
    # Killed here: what comes next is never done.
    assert ballot.roll.filter(voted=True).count() == 1
    assert not SecretVote.objects.filter(ballot=ballot).exists()
