"""`entrepot logs …`, at a terminal and in a pipe."""

from __future__ import annotations

import json
import re
from contextlib import suppress

import pytest
from click.testing import CliRunner

from entrepot.cli import entrepot
from entrepot.watch.lines import service
from entrepot.watch.lines.following import follow
from entrepot.watch.log.store import log_store
from entrepot.watch.spec import Wanted
from tests.watch.lines.conftest import entry, fill

__all__ = ["fill"]


@pytest.fixture
def run(house):
    """A function that runs `entrepot logs …` in the house."""

    def run_one(*arguments, **given):
        return CliRunner().invoke(entrepot, ["logs", *arguments], obj=house, **given)

    return run_one


def test_tail_shows_the_last_lines(run, fill):
    """The newest last, with what is most worth knowing."""
    fill([entry(n, message=f"{n}") for n in range(3)])
    fill([entry(3, "ERROR", message="end", request_id="r1", duration_ms=12.345)])

    assert run("tail", "-n", "2").output == (
        "2026-03-01 12:00:02.000  INFO      entrepot.feeds  2\n"
        "2026-03-01 12:00:03.000  ERROR     entrepot.feeds  end  12.3 ms  request=r1\n"
    )
    assert run("tail", "-n", "0").output == ""
    assert "end" in run("tail", "--level", "error").output
    assert run("tail", "--logger", "nobody").output == ""


def test_nothing_in_a_line_moves_a_terminal(run, fill):
    """Control characters, and those that turn text around, are shown by number."""
    fill([entry(message="\x1b]0;owned\x07\x1b[2J\r\n\x9b31m\u202egpj.exe\ttab é 🚢")])

    shown = run("tail").output
    assert shown.endswith(
        "  \\x1b]0;owned\\x07\\x1b[2J\\r\\n\\x9b31m\\u202egpj.exe\\ttab é 🚢\n"
    )
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", shown)


def test_lines_can_be_had_as_json(run, fill):
    """One object a line from tail, a list from search."""
    fill([entry(n, message=f"{n}") for n in range(2)])

    tailed = [json.loads(line) for line in run("tail", "--json").output.splitlines()]
    searched = json.loads(run("search", "--json").output)
    assert [line["message"] for line in tailed] == ["0", "1"]
    assert searched == tailed[::-1]


def test_search_narrows_and_goes_on(run, fill):
    """As the API does; where there are more lines it says how to see them."""
    fill([entry(n, message=f"crate {n}", status_code=404) for n in range(3)])
    fill([entry(message="other")])

    first = run("search", "-q", "crate", "--status", "4xx", "--limit", "2")
    assert first.stderr == "2 of 3 lines; go on with --before 2\n"
    assert run("search", "crate", "--status", "4xx", "--limit", "2").output == (
        first.output
    )
    assert "crate 0" in run("search", "--before", "2").output
    assert run("search", "--until", "2026-02-28").output == ""


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--level", "loud"), "No such level: level: there is no 'loud'"),
        (("--since", "soon"), "Not a date or a time: start_date: 'soon' is no time"),
        (("--before", "x"), "Not a place in the log: before: 'x' is no line's number"),
    ],
)
def test_what_cannot_be_is_said(run, arguments, said):
    """Our errors reach the command, which gives them their exit code."""
    error = run("search", *arguments).exception

    assert f"{error.title()}: {error.detail}" == said


def test_reading_writes_nothing(run, house):
    """A command that looks at the log leaves no line there."""
    for arguments in (["tail"], ["search"], ["stats"]):
        assert run(*arguments).exit_code == 0

    assert service.log_size(house).lines == 0


def test_statistics_are_told(run, fill):
    """As facts, or as the API tells them."""
    fill([entry(0), entry(1, "ERROR")])

    assert run("stats").output.splitlines()[:3] == [
        "lines             2",
        "DEBUG             0",
        "INFO              1",
    ]
    assert json.loads(run("stats", "--json").output)["error"] == 1


def test_clear_asks_first(run, house, fill):
    """And removes nothing unless it is told to."""
    fill([entry(n) for n in range(3)])

    refused = run("clear", input="n\n")
    assert (refused.exit_code, service.log_size(house).lines) == (1, 3)
    assert json.loads(run("clear", "--yes", "--json").output) == {"deleted": 3}
    assert service.list_lines(house, Wanted(), limit=9, before=4).lines == []


def test_what_follows_is_shown_as_it_comes(house, fill):
    """Oldest first, nothing twice, a thousand at once or one; of a new file as well."""
    steps = [
        lambda: fill([entry(message=f"{n}") for n in range(1500)]),
        lambda: None,
        lambda: fill([entry(message="then")]),
        lambda: log_store(house).path.unlink(),
        lambda: fill([entry(message="anew")]),
        lambda: None,
    ]

    def wait():
        if not steps:
            raise KeyboardInterrupt
        steps.pop(0)()

    told = []
    with suppress(KeyboardInterrupt):
        for line in follow(house, Wanted(), after=0, wait=wait):
            told.append(line.message)
    assert told == [*(f"{n}" for n in range(1500)), "then", "anew"]
