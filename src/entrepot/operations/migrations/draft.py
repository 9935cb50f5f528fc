"""Draft a new migration from what differs between the models and the database."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from alembic.autogenerate import produce_migrations, render_python_code
from alembic.runtime.migration import MigrationContext
from sqlalchemy import TypeDecorator

from entrepot.base.errors import Conflict, Invalid
from entrepot.base.files import publish
from entrepot.base.house import House
from entrepot.base.times import now
from entrepot.operations.errors import MigrationsPending
from entrepot.operations.migrations import book
from entrepot.operations.migrations.files import (
    VERSION,
    draft_folder,
    folders,
    number_of,
)
from entrepot.operations.migrations.start import read_connection, refuse_newer
from entrepot.operations.migrations.steps import History
from entrepot.operations.upkeep.trouble import explained

LONGEST_NAME = 60
LONGEST_TEXT = 500

_FILE = '''{docstring}

import sqlalchemy as sa
from alembic import op{imports}

revision = {revision!r}
down_revision = {before!r}
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the step."""
    {upgrade}


def downgrade() -> None:
    """Take it back."""
    {downgrade}


def validate_upgrade(connection: sa.Connection) -> bool:
    """Look at the result; False undoes the step as if it had never begun."""
    return True


def validate_downgrade(connection: sa.Connection) -> bool:
    """Look at the result of taking it back; False undoes that."""
    return True


def can_rollback() -> bool:
    """Say whether it can be taken back at all."""
    return True
'''


def create_migration(
    house: House,
    text: str,
    *,
    version: str = "",
    clock: Callable[[], datetime] = now,
) -> Path:
    """Write a draft that brings the database to what the models say; return its path.

    It goes into the checkout we run from, else into ENTREPOT_HOME/migrations. A table
    that has no model is left alone.

    Raises:
        Invalid: The text is empty, or the version is none.
        Conflict: The version is in use, or would come before one that is there.
        MigrationsPending: The database has to be up to date first.
    """
    text = _one_line(text)
    history = History(folders(house.home))
    version = version or f"{clock():%Y%m%d_%H%M%S}"
    _check_version(version, history)
    upgrade, downgrade = _bodies(house, history)
    heads = history.heads()
    file = _FILE.format(
        docstring=_docstring(text),
        imports=_imports(upgrade + downgrade),
        revision=version,
        before=heads[0] if len(heads) == 1 else heads or None,
        upgrade=upgrade,
        downgrade=downgrade,
    )
    path = draft_folder(house.home) / f"{version}_{_file_name(text)}.py"
    with publish(path) as target:
        target.write(file.encode("utf-8"))
    path.chmod(0o644)
    return path


def _bodies(house: House, history: History) -> tuple[str, str]:
    """Return the code of both ways, made by comparing models and database."""
    code: list[str] = []

    def compare(heads: Any, context: MigrationContext) -> list[Any]:
        found = produce_migrations(context, context.opts["target_metadata"])
        plain = MigrationContext.configure(dialect=context.dialect)
        for operations in (found.upgrade_ops, found.downgrade_ops):
            assert operations is not None
            code.append(
                render_python_code(
                    operations,
                    render_as_batch=True,
                    migration_context=plain,
                    render_item=_plain_type,
                )
            )
        return []

    with explained(house.store), read_connection(house.store) as connection:
        heads = book.read_heads(connection)
        refuse_newer(heads, history.steps)
        if pending := [step.version for step in history.pending(heads)]:
            raise MigrationsPending(
                f"a draft is made against an up-to-date database; {pending[0]} is not "
                "applied",
                hint="run `entrepot db migrate` first",
            )
        history.environment(
            {"connection": connection}, compare, include_object=_is_modelled
        )
    return code[0], code[1]


def _imports(code: str) -> str:
    used = [name for name in ("postgresql", "sqlite") if f" {name}." in code]
    return "".join(f"\nfrom sqlalchemy.dialects import {name}" for name in used)


def _plain_type(kind: str, thing: Any, context: object) -> str | Literal[False]:
    """Write a type of ours as the SQLAlchemy type below it: a migration is frozen."""
    if kind != "type" or not isinstance(thing, TypeDecorator):
        return False
    return f"sa.{thing.impl_instance!r}"


def _is_modelled(
    thing: object, name: str, kind: str, is_reflected: bool, other: object
) -> bool:
    # Tables of others, and of migrations in the home, have no model: not ours to drop.
    return not (kind == "table" and is_reflected and other is None)


def _one_line(text: str) -> str:
    line = " ".join(text.split())
    if not line or len(line) > LONGEST_TEXT:
        raise Invalid(f"say in 1 to {LONGEST_TEXT} characters what the migration does")
    return line


def _docstring(text: str) -> str:
    """Return the text as Python source that can hold nothing but text."""
    line = text if text.endswith(".") else f"{text}."
    is_plain = line.isprintable() and not re.search(r'["\\]', line)
    return f'"""{line}"""' if is_plain else ascii(line)


def _file_name(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    words = re.sub(r"[^a-z0-9]+", "_", plain.lower()).strip("_")
    return words[:LONGEST_NAME].strip("_") or "migration"


def _check_version(version: str, history: History) -> None:
    if not re.fullmatch(VERSION, version) or not any(number_of(version)):
        raise Invalid(
            f"{version[:50]!r} is no version",
            hint="such as 001, or 20260131_120000 for a day and a time",
        )
    if history.steps and number_of(version) <= history.steps[-1].number:
        last = history.steps[-1]
        raise Conflict(
            f"version {version} does not come after {last.version} ({last.path.name})",
            hint="leave --version out: the time makes one that does",
        )
