"""Commands as traces: what is kept of them, and of which."""

from __future__ import annotations

import subprocess
import sys

import click
import pytest
from click.testing import CliRunner
from tests.serving.servers import surroundings

from entrepot.base import spans
from entrepot.base.acting import current
from entrepot.base.errors import Conflict
from entrepot.cli import entrepot
from entrepot.composition import load_kinds
from entrepot.watch.traces import service
from entrepot.watch.traces.spec import WantedRequests
from entrepot.web import terminal


@click.group("harbour")
def harbour():
    """Something with commands."""


@harbour.command("unload")
@click.argument("sql")
@click.option("--crates", type=int)
@click.option("--how", type=click.Choice(("ends", "breaks", "exits", "stops", "waits")))
@terminal.pass_house
def unload(house, /, *, sql, crates, how):
    """Do one step, and end one way or another."""
    spans.add("statement", "", 0.0, sql="SELECT 1")
    click.echo(current().trace_id)
    if how == "breaks":
        raise Conflict("the crane is in use")
    if how == "exits":
        sys.exit(3)
    if how == "stops":
        raise KeyboardInterrupt
    if how == "waits":
        spans.forget()


@pytest.fixture
def run(traced):
    """A function that runs the command; it gives what it printed."""

    def run_one(how="ends"):
        asked = ["unload", "SELECT 'tulips'", "--crates", "3", "--how", how]
        return CliRunner().invoke(harbour, asked, obj=traced).output.split()

    return run_one


@pytest.fixture
def commands(traced):
    """A function that lists what was kept of commands."""

    def list_some():
        found = service.list_requests(traced, WantedRequests(kind="command"))
        return [(one.name, one.kept_for, one.error) for one in found.requests]

    return list_some


def test_a_command_is_a_trace(run, traced, commands):
    """With its steps, and the switches that were given; no text of anybody's."""
    (trace_id,) = run()

    found = service.get_trace(traced, trace_id)
    assert [(span.kind, span.depth) for span in found.spans] == [
        ("command", 0),
        ("statement", 1),
    ]
    assert commands() == [("harbour unload", "sampled", None)]
    facts = service.facts_of(traced, found.parts[0].id)
    assert facts == {"options": {"sql": "given", "crates": 3, "how": "ends"}}


@pytest.mark.parametrize(
    ("how", "kept"),
    [
        ("breaks", [("harbour unload", "failed", "Conflict")]),
        ("exits", [("harbour unload", "failed", "exit 3")]),
        ("stops", [("harbour unload", "sampled", None)]),
        ("waits", []),
    ],
)
def test_how_a_command_ended_is_told(run, commands, how, kept):
    """Who stops one did not fail; what waits for ever is not kept."""
    run(how)

    assert commands() == kept


def test_a_job_of_a_command_is_in_its_trace(traced):
    """The command leads to it."""
    load_kinds()
    schedules = ["jobs", "schedules"]
    for asked in (["add", "Nights", "watch.keep_log", "0 3 * * *"], ["run", "Nights"]):
        result = CliRunner().invoke(entrepot, schedules + asked, obj=traced)
        assert result.exit_code == 0, result.output

    found = service.list_requests(traced, WantedRequests(kind="command"))
    one = found.requests[0]
    trace = service.get_trace(traced, one.trace_id)
    assert (one.name, one.kept_for) == ("entrepot jobs schedules run", "followed")
    assert [s.partition(":")[0] for s in service.list_subjects(traced, trace)] == [
        "job"
    ]


@pytest.mark.fault
def test_a_command_in_a_process_of_its_own_is_kept(environ, house, tmp_path):
    """What it did is in the file when it has ended, also that it failed."""
    program = [sys.executable, "-m", "entrepot", "logs", "tail", "--logger"]
    asked = {"env": surroundings(environ), "cwd": tmp_path, "check": False}
    for more in (["a"], ["a", "--level", "loud"]):
        subprocess.run([*program, *more], timeout=120, capture_output=True, **asked)

    found = service.list_requests(house, WantedRequests(kind="command"))
    assert {one.name for one in found.requests} == {"entrepot logs tail"}


@pytest.mark.fault
def test_help_loads_nothing_of_traces(tmp_path):
    """Whoever asks for help waits for none of it."""
    program = (
        "import sys\nfrom entrepot.cli import entrepot\n"
        "for asked in (['--help'], ['logs', 'tail', '--help']):\n"
        "    entrepot(asked, standalone_mode=False)\n"
        "print({'entrepot.web.commands', 'entrepot.watch.traces.store'} "
        "& set(sys.modules))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=surroundings({}),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )

    assert done.stdout.splitlines()[-1] == "set()"
