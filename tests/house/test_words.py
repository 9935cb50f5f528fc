"""What may not stand in the repository: a machine's paths, an index's address."""

from __future__ import annotations

import re

import pytest
from tests.house.repository import ROOT, written_texts

FORBIDDEN = {
    "a path of somebody's machine": re.compile(
        r"(?<![\w.])/(root|home/(?!user\b)[a-z][\w-]*|Users/[A-Za-z][\w-]*)/"
    ),
    "an unfinished place": re.compile(r"\b(TODO|FIXME|XXX|HACK)\b"),
    "a password in an address": re.compile(r"https?://[^/\s:@*]+:[^/\s:@*]+@"),
}
REGISTRY = re.compile(r"https?://|--(extra-)?index-url|--find-links|\"resolved\"")
LOCKS = [*sorted(ROOT.glob("requirements*.lock")), *ROOT.glob("*/package-lock.json")]
HERE = "tests/house/test_words.py"


def wrongs(texts) -> list[str]:
    """Return `path: what` for each forbidden thing."""
    return [
        f"{path}: {what}: {found[0]}"
        for path, text in texts
        for what, pattern in FORBIDDEN.items()
        if path != HERE and (found := pattern.search(text))
    ]


def test_no_file_names_a_machine_or_leaves_a_gap():
    """Nothing forbidden stands in any written file."""
    assert wrongs(written_texts()) == []


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("open('/root/x/notes.txt')", "a path of somebody's machine"),
        ("see /home/anna/entrepot/", "a path of somebody's machine"),
        ("# TODO later", "an unfinished place"),
        ("http://anna:geheim@example.com", "a password in an address"),
    ],
)
def test_the_check_bites(text, what):
    """Each pattern finds what it is there for."""
    assert [line.split(": ")[1] for line in wrongs([("x.py", text)])] == [what]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_a_lock_names_no_registry(lock):
    """A lock holds names, versions and hashes: where they come from is settings."""
    lines = lock.read_text().splitlines()

    assert [line for line in lines if REGISTRY.search(line) and _is_source(line)] == []


def _is_source(line: str) -> bool:
    # package-lock.json also says where to give money; that is no registry.
    return '"url":' not in line


def pins(name: str) -> set[str]:
    """Return the `name==version ; marker` lines of a lock."""
    lines = (ROOT / name).read_text().splitlines()
    return {line.rstrip(" \\") for line in lines if "==" in line and line[0] != " "}


@pytest.mark.parametrize("lock", ["requirements-dev.lock", "requirements-bench.lock"])
def test_developers_get_what_users_get(lock):
    """Every version users get stands in the developers' locks as well."""
    users = {pin.split(" ;")[0] for pin in pins("requirements.lock")}

    assert users
    assert users <= {pin.split(" ;")[0] for pin in pins(lock)}


def test_users_get_no_test_tools():
    """The users' lock is without what only developers need."""
    users = {pin.partition("==")[0] for pin in pins("requirements.lock")}

    assert users.isdisjoint({"pytest", "mypy", "ruff", "playwright", "openpyxl", "uv"})


def test_readme_is_short():
    """The README is read in one go: below 120 lines."""
    assert len((ROOT / "README.md").read_text().splitlines()) < 120


def test_changes_has_notes():
    """The folder of notes says how to write one and holds at least one."""
    assert {"README.md"} < {path.name for path in (ROOT / "changes").glob("*.md")}
