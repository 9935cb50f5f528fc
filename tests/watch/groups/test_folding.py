"""Errors of one cause become one group, each counted once."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import func, select

from entrepot.base.errors import Unavailable
from entrepot.composition import build_house
from entrepot.watch import settings as knobs
from entrepot.watch.events import ErrorGroupSeen
from entrepot.watch.groups import counting, folding, service
from entrepot.watch.groups.folding import fold
from entrepot.watch.groups.models import ErrorCursor, ErrorOccurrence
from entrepot.watch.groups.spec import Wish
from entrepot.watch.lines.service import clear, list_lines
from entrepot.watch.log.store import log_store
from entrepot.watch.spec import Wanted
from tests.databases import write_schema
from tests.watch.groups.causes import error, of_cause, traced, write


def groups(house, **wish):
    """Return the groups of a house."""
    return service.list_groups(house, Wish(**wish), limit=500).groups


def counts(house):
    """Return how often each error came, by its title."""
    return {group.title: group.count for group in groups(house)}


@pytest.mark.fault
def test_ten_thousand_errors_of_twelve_causes_are_twelve_groups(both):
    """However they are mixed, and whatever they say of numbers and names."""
    chance, now = Random(8), time.time()
    causes = [n % 12 for n in range(10_000)]
    chance.shuffle(causes)
    write(both, *(of_cause(cause, chance, now) for cause in causes))

    while not fold(both, seconds=600).is_done:
        pass
    found = groups(both)

    wanted = sorted(causes.count(cause) for cause in range(12))
    assert sorted(group.count for group in found) == wanted


def test_two_hundred_errors_of_twelve_causes_are_twelve_groups(both):
    """The same in small."""
    chance, now = Random(9), time.time()
    write(both, *(of_cause(n % 12, chance, now) for n in range(204)))

    assert [group.count for group in groups(both)] == [17] * 12


def test_what_was_counted_is_not_counted_again(both):
    """Nor what is no error; what comes later is."""
    write(both, error("It broke", at=1000.0), error("Fine", level="WARNING"))
    first = counts(both)
    again = fold(both)
    write(both, error("It broke"))

    assert first == {"It broke": 1}
    assert again.errors == 0
    assert counts(both) == {"It broke": 2}


def test_a_fold_that_dies_counts_nothing(both, monkeypatch):
    """Groups and cursor are one transaction; the next one counts each once."""
    write(both, *(error(f"row {n} is gone") for n in range(5)))
    with monkeypatch.context() as patch:
        patch.setattr(folding, "now", lambda: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            fold(both)
    with both.store.read_session() as session:
        cursors = session.scalar(select(func.count()).select_from(ErrorCursor))

    assert cursors == 0
    assert [group.count for group in groups(both)] == [5]


def test_whoever_comes_second_counts_nothing(house, monkeypatch):
    """Two read the same lines; one of them writes what it found."""
    write(house, error("It broke"))
    found = folding._find(house)
    monkeypatch.setattr(folding, "_find", lambda house: found)

    assert [fold(house).errors, fold(house).errors] == [1, 0]
    assert counts(house) == {"It broke": 1}


def test_more_than_one_transaction_holds(house, monkeypatch):
    """It goes on where the one before ended."""
    monkeypatch.setattr(folding, "AT_ONCE", 7)
    write(house, *(error(f"row {n} is gone") for n in range(50)))

    assert fold(house, seconds=600).errors == 50
    assert [group.count for group in groups(house)] == [50]


def test_a_log_that_was_emptied_or_replaced_is_followed_on(house):
    """Numbers go on in the one, and begin again in the other."""
    write(house, error("It broke"), error("It broke"))
    first = counts(house)
    clear(house)
    write(house, error("It broke"))
    second = counts(house)
    path = log_store(house).path
    for file in path.parent.glob(f"{path.name}*"):
        file.unlink()
    write(house, error("It broke"))

    assert (first, second) == ({"It broke": 2}, {"It broke": 3})
    assert counts(house) == {"It broke": 4}


def test_an_older_copy_of_the_log_counts_nothing_twice(house):
    """What it has was counted; what comes into it is new."""
    write(house, error("It broke"))
    fold(house)
    path = log_store(house).path
    with sqlite3.connect(path) as kept, sqlite3.connect(f"{path}.kept") as copy:
        kept.backup(copy)
    write(house, *(error("It broke") for _ in range(5)))
    before = counts(house)
    for file in path.parent.glob(f"{path.name}-*"):
        file.unlink()
    path.with_name(f"{path.name}.kept").replace(path)
    fold(house)
    write(house, error("It broke"))

    assert before == {"It broke": 6}
    assert counts(house) == {"It broke": 7}


def test_a_log_that_cannot_be_read_hides_no_group(house):
    """They are in our own database."""
    write(house, error("It broke"))
    fold(house)
    path = log_store(house).path
    log_store(house).close()
    for file in path.parent.glob(f"{path.name}*"):
        file.unlink()
    path.write_bytes(b"no database" * 1000)
    with pytest.raises(Unavailable):
        fold(house)

    assert counts(house) == {"It broke": 1}
    assert not service.list_groups(house, Wish()).is_current


def test_lines_of_another_program_are_counted(house):
    """Whatever it put where we put JSON and times."""
    write(house, error("Ours"))
    with sqlite3.connect(log_store(house).path) as connection:
        put = (
            "INSERT INTO logs (timestamp, level, logger, message, custom_fields) "
            "VALUES (?, 'ERROR', 'theirs', ?, ?)"
        )
        connection.execute(put, ("2026-11-20 14:30:00", "naive", "[1, 2]"))
        connection.execute(put, ("yesterday", "no time", "{broken"))

    assert sorted(counts(house)) == ["Ours", "naive", "no time"]


def test_a_group_knows_whom_and_what_it_touched(both):
    """By name as far as there are names for; times and releases too."""
    trace = traced("KeyError: 7")
    for n, (who, release) in enumerate([("a", "1.0"), ("b", "1.0"), ("a", "1.1")]):
        fields = {"endpoint": "get_products", "release": release}
        more = {"actor": who, "fields": fields, "request_id": f"{n:016x}"}
        write(both, error(stack_trace=trace, at=1_000.0 + n, **more))

    (group,) = groups(both)
    found = service.read_group(both, group.id)

    assert group.title == "KeyError: 7"
    assert (group.people, group.first_release, group.last_release) == (2, "1.0", "1.1")
    assert group.place == "exports/service.py:88 in export"
    assert [(one.name, one.count) for one in found.users] == [("a", 2), ("b", 1)]
    assert [(one.name, one.count) for one in found.routes] == [("get_products", 3)]
    assert {one.name: one.count for one in found.releases} == {"1.0": 2, "1.1": 1}
    assert [one.request_id[-1] for one in found.occurrences] == ["2", "1", "0"]


def test_names_and_samples_have_an_end(house, monkeypatch):
    """People beyond it are counted without a name; the newest errors are kept."""
    monkeypatch.setattr(counting, "NAMES", 3)
    kept = house.settings[knobs.ERROR_OCCURRENCES]
    write(house, *(error("It broke", actor=f"p{n}") for n in range(kept + 5)))
    (group,) = groups(house)
    write(house, error("It broke", actor="late"))
    found = service.list_occurrences(house, group.id, limit=1000)
    with house.store.read_session() as session:
        there = session.scalar(select(func.count()).select_from(ErrorOccurrence))

    assert (group.people, group.count) == (3, kept + 5)
    assert (len(found), there, found[0].user) == (kept, kept, "late")


def test_groups_have_an_end(environ, sqlite_template):
    """Beyond it, errors of a logger count together: anybody can report some."""
    small = environ | {"ENTREPOT_WATCH_ERROR_GROUPS_COUNT": "10"}
    write_schema(Path(environ["ENTREPOT_HOME"]), sqlite_template)
    with closing(build_house(small)) as house:
        words = [f"{chr(97 + n)} broke" for n in range(14)]
        write(house, *(error(word, logger="entrepot.browser") for word in words))
        first = counts(house)
        write(house, error("z broke", logger="entrepot.browser"), error("a broke"))
        found = counts(house)

        last = list_lines(house, Wanted(q="z broke"), limit=1).lines[0]
        group = service.find_group(house, last)
        title = service.read_group(house, group).group.title

    many = "Further errors of entrepot.browser: there are too many groups"
    assert title == many
    assert (len(first), first[many]) == (11, 4)
    assert found[many] == 5
    assert len(found) == 12


def test_a_new_cause_is_told_once(house, heard):
    """With the release in which it came."""
    write(house, *(error(f"row {n} is gone", fields={"release": "2"}) for n in (1, 2)))
    fold(house)
    write(house, error("row 3 is gone"))
    fold(house)

    (told,) = [event for event in heard if isinstance(event, ErrorGroupSeen)]
    assert (told.title, told.release) == ("row 2 is gone", "2")
    assert told.id == groups(house)[0].id
