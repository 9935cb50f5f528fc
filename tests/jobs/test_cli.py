"""`entrepot jobs …` as people type it."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from entrepot.base.errors import EntrepotError
from entrepot.cli import entrepot, report


@pytest.fixture
def run(both):
    """A function that runs `entrepot jobs …` and returns code and output."""

    def command(*words):
        ended = CliRunner().invoke(entrepot, ["jobs", *words], obj=both)
        if isinstance(ended.exception, EntrepotError):
            return report(ended.exception), ended.exception.detail
        return ended.exit_code, ended.stdout

    return command


def test_jobs_are_listed(run, add_job):
    """As lines with what they are about to do, or as JSON."""
    id = add_job(display_name="Export orders", requested_by="ann@example.com")
    add_job("completed")
    lines = run("list", "--state", "pending")[1].splitlines()
    found = json.loads(run("list", "--json")[1])

    assert lines[1].split("\t")[:3] == [id, "pending", "Export orders"]
    assert len(lines) == 2
    assert [job["state"] for job in found["jobs"]] == ["completed", "pending"]


def test_a_job_is_shown(run, add_job):
    """With what was asked of it, what came of it, or why nothing did."""
    id = add_job(
        "failed",
        parameters={"table": "orders"},
        error_message="the disk is full",
        error_code="too-much",
    )
    code, text = run("show", id)

    assert code == 0
    assert '{"table": "orders"}' in text
    assert "too-much: the disk is full" in text
    assert run("show", "nothing")[0] == 4


def test_a_job_is_cancelled_begun_anew_and_tried_again(run, add_job):
    """What cannot be is refused, with its exit code."""
    waiting, failed = add_job(display_name="Rest"), add_job("failed")

    assert run("cancel", waiting) == (0, "Rest is cancelled.\n")
    assert run("cancel", waiting)[0] == 5
    assert run("resume", waiting) == (0, "Rest is pending.\n")
    assert json.loads(run("retry", failed, "--json")[1])["state"] == "pending"


def test_what_is_over_is_watched_to_its_end(run, add_job):
    """The exit code tells how it ended."""
    good = add_job("completed", display_name="Rest")
    bad = add_job("failed", display_name="Work")

    assert run("watch", good) == (0, f"{good}\tcompleted\tRest\t100 %\n")
    code, text = run("watch", good, bad, "--json")
    states = [json.loads(line)["state"] for line in text.splitlines()]
    assert (code, states) == (1, ["completed", "failed"])


def test_a_schedule_is_made_and_looked_after(run, add_kind):
    """Added, changed, paused, resumed, run and removed."""
    add_kind("test.rest")
    assert run("schedules", "add", "nightly", "test.rest", "0 2 * * *")[0] == 0
    assert run("schedules", "change", "nightly", "--time-zone", "Asia/Jakarta")[0] == 0
    assert run("schedules", "pause", "nightly") == (0, "nightly is paused.\n")
    assert run("schedules", "resume", "nightly")[0] == 0
    [found] = json.loads(run("schedules", "list", "--json")[1])
    assert (found["time_zone"], found["is_paused"]) == ("Asia/Jakarta", False)
    assert run("schedules", "show", "nightly")[1].count("19:00:00 UTC") == 5

    made = json.loads(run("schedules", "run", "nightly", "--json")[1])
    assert run("list")[1].splitlines()[1].startswith(made["id"])
    assert run("schedules", "remove", "nightly")[0] == 0
    assert json.loads(run("schedules", "list", "--json")[1]) == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("nightly", "test.rest", "0 25 * * *"), "0 25 * * *"),
        (("nightly", "test.dance", "0 2 * * *"), "test.dance"),
        (("nightly", "test.rest", "0 2 * * *", "--parameters", "[]"), "JSON object"),
        (("nightly", "test.rest", "0 2 * * *", "--time-zone", "Hafen"), "Hafen"),
    ],
)
def test_what_is_wrong_with_a_schedule_is_told(run, add_kind, words, said):
    """With exit code 2; nothing is made."""
    add_kind("test.rest")
    code, text = run("schedules", "add", *words)

    assert (code, said in text) == (2, True)
    assert json.loads(run("schedules", "list", "--json")[1]) == []
