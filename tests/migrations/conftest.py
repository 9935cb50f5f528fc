"""A house on each kind of database, and migrations of its own to try there."""

from __future__ import annotations

from pathlib import Path

import pytest

from entrepot.composition import build_house
from entrepot.migrations import ensure
from tests.databases import SLOW_POSTGRESQL


@pytest.fixture
def house(empty_house):
    """A house whose schema is yet to be made."""
    return empty_house


@pytest.fixture(params=["sqlite", SLOW_POSTGRESQL])
def empty(request, environ):
    """The variables of a house whose database is there, empty, and of this kind."""
    if request.param == "sqlite":
        yield environ
        return
    server = request.getfixturevalue("postgresql")
    server.run("CREATE ROLE entrepot_first LOGIN CREATEDB PASSWORD 'first'")
    server.run("CREATE DATABASE entrepot_first OWNER entrepot_first")
    yield {
        **environ,
        "DATABASE_URL": server.url("entrepot_first", "first", "entrepot_first"),
        "SECRET_KEY": "n0tT0BeF0undInAnyB00k-4f2a9c7e1d3b58",
    }
    server.run("DROP DATABASE entrepot_first WITH (FORCE)")
    server.run("DROP ROLE entrepot_first")


@pytest.fixture
def ready(empty):
    """A house of each kind whose schema is up to date."""
    house = build_house(empty)
    ensure(house)
    yield house
    house.close()


@pytest.fixture
def newest() -> str:
    """The version of the newest migration that comes with the program."""
    from entrepot.operations.migrations.files import SCRIPTS, list_steps

    return list_steps([SCRIPTS / "versions"])[-1].version


MADE_TABLE = 'op.create_table("shelf", sa.Column("id", sa.Integer, primary_key=True))'


def write_step(
    house,
    version: str,
    before: str,
    *,
    up: str = MADE_TABLE,
    down: str = 'op.drop_table("shelf")',
    more: str = "",
) -> Path:
    """Write a migration into the home; return its path."""
    folder = house.home / "migrations"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{version}_of_the_test.py"
    path.write_text(
        '"""Of the test."""\n'
        "import sqlalchemy as sa\n"
        "from alembic import op\n"
        f"revision = {version!r}\n"
        f"down_revision = {before!r}\n"
        "def upgrade():\n"
        + "".join(f"    {line}\n" for line in up.splitlines())
        + "def downgrade():\n"
        + "".join(f"    {line}\n" for line in down.splitlines())
        + more
    )
    return path
