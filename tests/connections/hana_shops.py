"""Databases of the HANA double, and the contract's statements in HANA's words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace

from entrepot.base.rows import ReadOptions, RowStream
from entrepot.connections import Change, Database, Plan, Statement, Target
from entrepot.connections.spec import Reader
from tests.hana_double.running import PASSWORD, Double

BARE = re.compile(
    r"""'(?:[^']|'')*' | "(?:[^"]|"")*" | --[^\n]* | /\*.*?\*/
      | (?P<returning>\sRETURNING\s[^;]*$)
      | (?P<name>\b[a-z_]\w*\b(?!\s*\()) | (?P<type>\bTEXT\b)""",
    re.VERBOSE | re.DOTALL,
)


def new_hana_shop(double: Double) -> Target:
    """Make an empty database, and give the way in as the owner of its one schema."""
    database = double.new_database()
    url = double.url("OWNER", PASSWORD, database)
    return Target(name="shop", dialect="hana", url=url, pool_count=2)


def in_hana(sql: str) -> str:
    """Return a statement whose bare small names HANA would make capitals.

    TEXT, which HANA Cloud does not have, is NVARCHAR; RETURNING it does not have.
    """
    return BARE.sub(_said, sql)


def _said(found: re.Match[str]) -> str:
    if found["returning"]:
        return ""
    if found["type"]:
        return "NVARCHAR(5000)"
    return f'"{found[0]}"' if found["name"] else found[0]


@dataclass(frozen=True, slots=True)
class InHana:
    """A database or a snapshot that is asked in everybody's words."""

    inner: Database

    def __getattr__(self, name: str) -> Callable[..., object]:
        return getattr(self.inner, name)  # type: ignore[no-any-return]

    def read(
        self, statement: Statement, options: ReadOptions
    ) -> AbstractContextManager[RowStream]:
        """Run one statement."""
        return self.inner.read(_translated(statement), options)

    def explain(
        self, statement: Statement, options: ReadOptions, *, run: bool = False
    ) -> Plan:
        """Return a plan."""
        return self.inner.explain(_translated(statement), options, run=run)

    def change(
        self, statement: Statement, options: ReadOptions, *, keep: bool
    ) -> Change:
        """Run a statement that writes."""
        return self.inner.change(_translated(statement), options, keep=keep)

    @contextmanager
    def snapshot(self, options: ReadOptions) -> Iterator[Reader]:
        """Give a door to one state."""
        with self.inner.snapshot(options) as snapshot:
            yield InHana(snapshot)  # type: ignore[arg-type]  # it only reads


def _translated(statement: Statement) -> Statement:
    return replace(statement, sql=in_hana(statement.sql))
