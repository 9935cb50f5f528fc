"""The first start makes the schema, once, and says why where it cannot."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import inspect, text

from entrepot.base.errors import Conflict, Invalid, Unavailable
from entrepot.composition import build_house
from entrepot.migrations import config, import_models, steps, upgrade
from tests.serving.servers import surroundings


def tables(house) -> set[str]:
    """Return the tables that are there."""
    with house.store.engine.connect() as connection:
        return set(inspect(connection).get_table_names())


def test_an_empty_database_is_brought_up_to_date(house):
    """Every model has its table, and a second start changes nothing."""
    upgrade(house.store)
    made = tables(house)
    upgrade(house.store)

    assert made == {*import_models().metadata.tables, "alembic_version"}
    assert tables(house) == made


def test_the_history_makes_what_the_models_say(house):
    """Alembic finds no difference between the models and a migrated database."""
    from alembic.autogenerate import compare_metadata
    from alembic.runtime.migration import MigrationContext

    upgrade(house.store)

    with house.store.engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, import_models().metadata) == []


def test_the_files_tell_the_order_of_the_steps():
    """A step's file begins with its revision, and one follows the other."""
    from alembic.script import ScriptDirectory

    walked = list(ScriptDirectory.from_config(config()).walk_revisions())

    assert [step.revision for step in reversed(walked)] == steps()


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request, environ):
    """The variables of a house whose database is there, empty, and of this kind."""
    if request.param == "sqlite":
        yield environ
        return
    server = request.getfixturevalue("postgresql")
    server.run("CREATE ROLE entrepot_first LOGIN PASSWORD 'first'")
    server.run("CREATE DATABASE entrepot_first OWNER entrepot_first")
    yield {
        **environ,
        "DATABASE_URL": server.url("entrepot_first", "first", "entrepot_first"),
        "SECRET_KEY": "n0tT0BeF0undInAnyB00k-4f2a9c7e1d3b58",
    }
    server.run("DROP DATABASE entrepot_first WITH (FORCE)")
    server.run("DROP ROLE entrepot_first")


def test_processes_that_start_at_once_take_turns(empty):
    """Six first starts on one empty database all succeed, and leave all tables."""
    code = "from entrepot.app import create_app; create_app()"

    def start(_: int) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", code],
            env=surroundings(empty),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    with ThreadPoolExecutor(6) as pool:
        ends = list(pool.map(start, range(6)))

    house = build_house(empty)
    assert [(end.returncode, end.stderr) for end in ends] == [(0, "")] * 6
    assert tables(house) == {*import_models().metadata.tables, "alembic_version"}
    house.close()


def test_a_newer_database_is_left_alone(house):
    """A step that this program does not know stops the start, and stays."""
    upgrade(house.store)
    with house.store.session() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(Conflict, match="at step 9999"):
        upgrade(house.store)

    with house.store.session() as session:
        found = session.scalar(text("SELECT version_num FROM alembic_version"))
    assert found == "9999"


@pytest.mark.parametrize(
    ("url", "kind", "told"),
    [
        ("nonsense", Invalid, "DATABASE_URL is not the address"),
        ("oracle://h/d", Invalid, "DATABASE_URL is not the address"),
        ("sqlite:////dev/null/x/our.db", Invalid, "Not a directory"),
        ("sqlite:////proc/our.db", Invalid, "unable to open database file"),
        ("postgres://u:hunter2@127.0.0.1:1/d", Unavailable, "at 127.0.0.1: .*refused"),
    ],
)
def test_a_database_that_cannot_be_used_is_explained(environ, url, kind, told):
    """The kind says whether trying again helps; the password stays out of it."""
    house = build_house(environ | {"DATABASE_URL": url})

    with pytest.raises(kind, match=told) as caught:
        upgrade(house.store)

    assert "hunter2" not in f"{caught.value.detail} {caught.value.hint}"


def test_a_file_that_is_no_database_is_explained(environ, tmp_path):
    """Somebody else's file is named and not touched."""
    path = tmp_path / "letter.txt"
    path.write_text("Dear Sir, " * 1000)
    house = build_house(environ | {"DATABASE_URL": f"sqlite:///{path}"})

    with pytest.raises(Invalid, match=r"letter\.txt cannot be used: file is not a"):
        upgrade(house.store)

    assert path.read_text() == "Dear Sir, " * 1000
