"""A drafted migration goes to the right folder, and holds nothing but what it says."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from entrepot.composition import build_house
from entrepot.migrations import ensure
from tests.running import ROOT

SRC = ROOT / "src" / "entrepot"
WORDS = [
    "Add new field to products",
    'quote """ and \' and \\',
    "../../etc/passwd",
    "two\nlines; import os",
    "Größe Ω",
    "x" * 500,
    'ends in a quote"',
    "{braces} %s ${mako} {docstring}",
    "\x1b[31m\x00\u2028",
]
DRAFTS = """
import json, sys
from datetime import UTC, datetime, timedelta
from entrepot.composition import build_house
from entrepot.operations import create_migration, migrate
house, now, paths = build_house(), datetime(2030, 1, 1, tzinfo=UTC), []
for words in json.loads(sys.argv[1]):
    now += timedelta(seconds=1)
    paths.append(str(create_migration(house, words, clock=lambda: now)))
    migrate(house)
print(json.dumps(paths))
"""


@pytest.fixture
def elsewhere(tmp_path):
    """A folder where the package lies as if it were installed."""
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "entrepot").symlink_to(SRC)
    return tmp_path / "site"


@pytest.fixture
def checkout(tmp_path):
    """A checkout of the package, with migrations of its own."""
    root = tmp_path / "checkout"
    (root / "src" / "entrepot").mkdir(parents=True)
    (root / ".git").mkdir()
    (root / "pyproject.toml").write_text("")
    for path in SRC.iterdir():
        if path.name != "migrations":
            (root / "src" / "entrepot" / path.name).symlink_to(path)
    copied = root / "src" / "entrepot" / "migrations"
    (copied / "versions").mkdir(parents=True)
    for path in SRC.glob("migrations/**/*.py"):
        (copied / path.relative_to(SRC / "migrations")).write_bytes(path.read_bytes())
    return root / "src"


def draft(environ, source: Path, *words: str) -> list[Path]:
    """Draft and apply a migration for each of the words; return the paths."""
    done = subprocess.run(
        [sys.executable, "-c", DRAFTS, json.dumps(words)],
        env={**environ, "PYTHONPATH": str(source)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [Path(path) for path in json.loads(done.stdout)]


@pytest.fixture
def made(environ):
    """The variables of a home whose database is up to date."""
    house = build_house(environ)
    ensure(house)
    house.close()
    return environ


def test_a_draft_is_safe_whatever_its_words(made, elsewhere):
    """Plain names, and files in which the words are a docstring and nothing else."""
    paths = draft(made, elsewhere, *WORDS)

    for words, path in zip(WORDS, paths, strict=True):
        tree = ast.parse(path.read_text())
        said = " ".join(words.split())
        assert path.parent == Path(made["ENTREPOT_HOME"]) / "migrations"
        assert re.fullmatch(r"20300101_00000\d_[a-z0-9_]{1,60}\.py", path.name)
        assert ast.get_docstring(tree, clean=False) == f"{said}."
        kinds = {type(node).__name__ for node in tree.body}
        assert kinds == {"Expr", "Import", "ImportFrom", "Assign", "FunctionDef"}
        assert len(tree.body) == 12


def test_a_draft_of_a_checkout_goes_to_its_migrations(made, checkout):
    """Where it can be committed."""
    [path] = draft(made, checkout, "Add a thing")

    assert path.parent == checkout / "entrepot" / "migrations" / "versions"
    assert not (Path(made["ENTREPOT_HOME"]) / "migrations").exists()


def test_a_draft_says_what_the_models_have_and_the_database_not(made, elsewhere):
    """A lost column comes back; a table without a model is left alone."""
    house = build_house(made)
    with house.store.session() as session:
        session.execute(text("ALTER TABLE users DROP COLUMN last_name"))
        session.execute(text("CREATE TABLE theirs (n INTEGER)"))

    [path] = draft(made, elsewhere, "Bring the name back")

    assert "add_column(sa.Column('last_name', sa.String(length=100)" in path.read_text()
    assert "theirs" not in path.read_text()
    with house.store.session() as session:
        session.execute(text("SELECT last_name FROM users"))
    house.close()
