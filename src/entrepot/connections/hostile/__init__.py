"""Statements that try to do harm to a database: one text file for each dialect.

`<dialect>.txt` is ASCII, a statement on each line, with `\\n`, `\\t`, `\\ufeff`, `\\\\`
and the like as in a Python string. `# family: writes` opens a family; other lines that
begin with `#`, and empty ones, say nothing. A sign and a blank may stand in front:

    +  works behind the wall and gives rows: one at least in each family, so that
       nothing passes because everything fails
    !  is refused; may be tried on a live database, where it would do no harm if it ran
    ~  is refused, or runs and leaves no trace; may be tried on a live database as well
    ?  gives the same before and after each statement: what the next reader sees

What has no sign is only for databases to throw away, which hold what it names.
Names in braces are put in (`Place`); other braces stay. In statements for live
databases new things are called `entrepot_selftest_...`, a program is `true`, locks go
with the transaction, and what would change a table's rows does so `WHERE 1 = 0`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from typing import Literal

from entrepot.base.errors import NotThere

Sign = Literal["+", "!", "~", "?", ""]
SIGNS: tuple[Sign, ...] = ("+", "!", "~", "?")
HEADER = "# family: "


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One statement of a corpus, with names in braces.

    Attributes:
        sign: As in the file; empty for databases to throw away.
    """

    family: str
    sql: str
    sign: Sign = ""

    @property
    def wants_table(self) -> bool:
        """Tell whether it can only be tried where there is a table."""
        return "{table}" in self.sql or "{column}" in self.sql


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What the names in braces stand for.

    Attributes:
        table: That people may read, quoted, with its schema.
        column: One of its columns, quoted.
        folder: Empty, for files that should not come.
        file: Of the database itself, where it is one.
        database: Its name on its server, where it has one.
    """

    table: str = ""
    column: str = ""
    folder: str = ""
    file: str = ""
    database: str = ""

    def fill(self, sql: str) -> str:
        """Return a statement with the names put in."""
        for name in ("table", "column", "folder", "file", "database"):
            sql = sql.replace(f"{{{name}}}", getattr(self, name))
        return sql


def load_attempts(dialect: str) -> list[Attempt]:
    """Return a dialect's statements in the file's order.

    Raises:
        NotThere: No file is kept for the dialect.
    """
    folder = resources.files(__name__)
    file = folder / f"{dialect}.txt"
    if not file.is_file():
        kept = sorted(f.name[:-4] for f in folder.iterdir() if f.name.endswith(".txt"))
        raise NotThere("hostile statements for", dialect, kept)
    return list(_parse(file.read_text("ascii").splitlines()))


def _parse(lines: list[str]) -> Iterator[Attempt]:
    family = ""
    for line in lines:
        if line.startswith(HEADER):
            family = line.removeprefix(HEADER)
        elif line and not line.startswith("#"):
            sign = _sign(line)
            text = line[2:] if sign else line
            sql = text.encode().decode("unicode_escape")
            yield Attempt(family=family, sql=sql, sign=sign)


def _sign(line: str) -> Sign:
    for sign in SIGNS:
        if line.startswith(f"{sign} "):
            return sign
    return ""
