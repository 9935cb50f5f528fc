"""Commands are light to list, explained, and named by verbs of their room."""

from __future__ import annotations

import subprocess
import sys

import click
import pytest
from click.testing import CliRunner
from docs.generate import _leaves
from tests.house.repository import ROOT

from entrepot.cli import HERE, HOUSE, entrepot
from entrepot.rooms import ROOMS

LEAVES = dict(_leaves("entrepot", entrepot))
HEAVY = {"flask", "sqlalchemy", "alembic", "pyarrow", "duckdb", "granian", "rich"}


@pytest.mark.parametrize("command", [["--help"], ["serve", "--help"]])
def test_help_imports_nothing_heavy(command):
    """Whoever asks for help waits for Click and for our own small files only."""
    code = (
        "import sys; from entrepot.cli import entrepot\n"
        f"entrepot({command!r}, standalone_mode=False)\n"
        f"print(sorted({HEAVY!r} & set(sys.modules)))"
    )

    ended = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
        check=False,
    )

    assert ended.stdout.splitlines()[-1] == "[]", ended.stderr


def test_help_lists_every_group():
    """The house's commands and those of each room with a `cli`, with a summary."""
    listed = CliRunner().invoke(entrepot, ["--help"]).output

    rooms = [room for room in ROOMS if (HERE / room.name / "cli.py").exists()]
    assert rooms
    for name, summary in [
        *((name, summary) for name, (_, summary) in HOUSE.items()),
        *(command for room in rooms for command in room.command_summaries),
    ]:
        assert f"  {name}" in listed
        assert summary.split()[0] in listed


def test_an_unknown_command_is_refused():
    """Code 2, and the line names what was typed."""
    ended = CliRunner().invoke(entrepot, ["srve"])

    assert ended.exit_code == 2
    assert "srve" in ended.stderr


@pytest.mark.parametrize("path", LEAVES)
def test_a_command_is_explained(path):
    """Its help begins with a sentence, and every option says what it does."""
    command = LEAVES[path]

    assert (command.help or "").strip().partition("\n")[0].endswith(".")
    for option in command.params:
        if isinstance(option, click.Option):
            assert option.help, f"{path}: {option.name}"
            assert option.name == option.name.lower()
