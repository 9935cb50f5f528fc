"""The first start makes the schema, once, and says why where it cannot."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import MetaData, inspect, text

from entrepot.base.errors import Invalid, Unavailable
from entrepot.base.unmodelled import UNMODELLED
from entrepot.composition import build_house
from entrepot.migrations import ensure, import_models
from entrepot.operations import SchemaNewer, migrate, roll_back
from tests.serving.servers import surroundings


def tables(house) -> set[str]:
    """Return the tables that are there, and that a model can describe."""
    with house.store.engine.connect() as connection:
        return set(inspect(connection).get_table_names()) - UNMODELLED


def is_modelled(thing, name, kind, *_) -> bool:
    """Leave out of a comparison what no model can describe."""
    return kind != "table" or name not in UNMODELLED


def test_an_empty_database_is_brought_up_to_date(house):
    """Every model has its table, and a second start changes nothing."""
    ensure(house)
    made = tables(house)
    ensure(house)

    assert made == {*import_models().metadata.tables, "alembic_version"}
    assert tables(house) == made


def test_the_history_makes_what_the_models_say(ready):
    """Alembic finds no difference between the models and a migrated database."""
    from alembic.autogenerate import compare_metadata
    from alembic.runtime.migration import MigrationContext

    with ready.store.engine.connect() as connection:
        options = {
            "compare_type": True,
            "compare_server_default": True,
            "include_object": is_modelled,
        }
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, import_models().metadata) == []


def test_the_models_make_what_the_history_says(empty):
    """A database made from the models lacks nothing that the migrations make."""
    from alembic.autogenerate import compare_metadata
    from alembic.runtime.migration import MigrationContext

    house = build_house(empty)
    ensure(house)
    with house.store.engine.connect() as connection:
        made = MetaData()
        made.reflect(connection)
    roll_back(house, "base", accept_losses=True)
    with house.store.session() as session:
        session.execute(text("DROP TABLE migration_history"))
        session.execute(text("DROP TABLE alembic_version"))
    import_models().metadata.create_all(house.store.engine)

    made.remove(made.tables["alembic_version"])
    with house.store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, made) == []
    house.close()


def test_every_step_can_be_taken_back(ready):
    """Down to nothing but the books, and up to the same tables again."""
    before = tables(ready)
    roll_back(ready, "base", accept_losses=True)
    assert tables(ready) == {"alembic_version", "migration_history"}

    migrate(ready)

    assert tables(ready) == before


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
    ensure(house)
    with house.store.session() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(SchemaNewer, match="at step 9999"):
        ensure(house)

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
        ensure(house)

    assert "hunter2" not in f"{caught.value.detail} {caught.value.hint}"


def test_a_file_that_is_no_database_is_explained(environ, tmp_path):
    """Somebody else's file is named and not touched."""
    path = tmp_path / "letter.txt"
    path.write_text("Dear Sir, " * 1000)
    house = build_house(environ | {"DATABASE_URL": f"sqlite:///{path}"})

    with pytest.raises(Invalid, match=r"letter\.txt cannot be used: file is not a"):
        ensure(house)

    assert path.read_text() == "Dear Sir, " * 1000


def test_the_index_of_words_is_made_either_way(both):
    """By the steps, or from the models: the same statements, kept in two places."""
    read = {
        "sqlite": "SELECT sql FROM sqlite_master WHERE sql LIKE '%catalogue_search%' "
        "AND name IN ('catalogue_search', 'catalogue_search_forgets') ORDER BY name",
        "postgresql": "SELECT indexdef FROM pg_indexes "
        "WHERE tablename = 'catalogue_search' ORDER BY indexname",
    }[both.store.url.get_backend_name()]

    def made() -> list[str]:
        with both.store.read_session() as session:
            return [row[0] for row in session.execute(text(read))]

    by_steps = made()
    metadata = import_models().metadata
    metadata.drop_all(both.store.engine)
    assert made() == []
    metadata.create_all(both.store.engine)

    assert len(by_steps) == 2
    assert made() == [sql.replace("IF NOT EXISTS ", "") for sql in by_steps]


def test_rows_of_before_get_their_documents(both):
    """A product that an older program made has one after the upgrade."""
    with both.store.session() as session:
        session.execute(
            text("INSERT INTO products (sku, name, price) VALUES ('A', 'Old', 1)")
        )
    roll_back(both, "0010", accept_losses=True)
    migrate(both)

    with both.store.read_session() as session:
        found = session.scalar(text("SELECT document FROM catalogue_document"))
    assert '"sku"' in found
