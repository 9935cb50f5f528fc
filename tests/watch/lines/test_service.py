"""Lines come out of the log as they went in, the newest first."""

from __future__ import annotations

import pytest
from tests.watch.lines.conftest import entry

from entrepot.base.errors import Missing, Unavailable
from entrepot.watch.lines import service
from entrepot.watch.lines.wanted import parse_wanted
from entrepot.watch.log.store import log_store
from entrepot.watch.spec import Line, Wanted


def found(house, limit=10, **asked):
    """The messages of the lines that are found."""
    lines = service.list_lines(house, parse_wanted(**asked), limit=limit)
    return [line.message for line in lines.lines]


def test_a_line_comes_out_whole(house, fill):
    """Whatever it tells."""
    fill([entry(1.25, user_id=3, actor="ada", fields={"rows": 7}, request_id="r1")])

    assert service.get_line(house, 1) == Line(
        id=1,
        timestamp="2026-03-01T12:00:01.250Z",
        level="INFO",
        logger="entrepot.feeds",
        message="m",
        request_id="r1",
        user_id=3,
        actor="ada",
        fields={"rows": 7},
    )


def test_what_waits_is_written_before_it_is_read(house):
    """A line is found by whoever asks right after it."""
    log_store(house).put(entry(message="just now"))

    assert found(house) == ["just now"]


def test_a_log_that_is_not_there_is_empty(house):
    """It is made with its first line."""
    assert service.list_lines(house, Wanted(), limit=9).lines == []
    assert service.list_loggers(house) == []
    assert service.log_size(house).lines == 0
    with pytest.raises(Missing, match="no line 1"):
        service.get_line(house, 1)


def test_a_broken_file_is_said_to_be(house, fill):
    """With what to do about it."""
    fill([entry()])
    log_store(house).path.write_bytes(b"no database at all" * 100)

    with pytest.raises(Unavailable, match="cannot be read") as caught:
        service.list_lines(house, Wanted(), limit=9)
    assert "LOG_DB_PATH" in (caught.value.hint or "")


def test_pages_follow_each_other(house, fill):
    """Nothing twice, nothing left out, and the total of all on each."""
    fill([entry(n, message=f"{n}") for n in range(5)])

    first = service.list_lines(house, Wanted(), limit=2)
    second = service.list_lines(house, Wanted(), limit=2, before=first.older)
    third = service.list_lines(house, Wanted(), limit=2, before=second.older)
    messages = [
        [line.message for line in page.lines] for page in (first, second, third)
    ]
    assert messages == [["4", "3"], ["2", "1"], ["0"]]
    assert (third.older, third.newest, first.total, third.total) == (None, 5, 5, 5)


def test_new_lines_are_those_after_a_number(house, fill):
    """And none when nothing came."""
    fill([entry(n, message=f"{n}") for n in range(5)])

    fresh = service.list_lines(house, Wanted(), limit=9, after=3)
    none = service.list_lines(house, Wanted(), limit=9, after=5)
    assert [line.message for line in fresh.lines] == ["4", "3"]
    assert (none.lines, none.newest) == ([], 5)


def test_a_line_is_seen_among_its_neighbours(house, fill):
    """As many before it as after it, as far as there are any."""
    fill([entry(n) for n in range(9)])

    assert [line.id for line in service.list_around(house, 5, count=2)] == [
        7,
        6,
        5,
        4,
        3,
    ]
    assert [line.id for line in service.list_around(house, 9, count=2)] == [9, 8, 7]
    assert [line.id for line in service.list_around(house, 1, count=1)] == [2, 1]


def test_loggers_are_listed_with_their_lines(house, fill):
    """The busiest first."""
    fill([entry(logger="b"), entry(logger="a"), entry(logger="b")])

    assert service.list_loggers(house) == [("b", 2), ("a", 1)]


def test_what_takes_long_to_count_is_not_counted(house, fill, monkeypatch):
    """The lines come all the same."""
    fill([entry(message="found")])
    monkeypatch.setattr(service, "COUNT_SECONDS", 0.0)

    seen = service.list_lines(house, Wanted(), limit=9)

    assert ([line.message for line in seen.lines], seen.total) == (["found"], None)
