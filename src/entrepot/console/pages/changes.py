"""A change that waits for a yes, and one that was made, as people read them."""

from __future__ import annotations

from dataclasses import dataclass

from entrepot.console.spec import RunSeen
from entrepot.console.writing import Preview

VERBS = {"INSERT": "Insert", "UPDATE": "Change", "DELETE": "Delete"}
DONE = {"INSERT": "inserted", "UPDATE": "changed", "DELETE": "deleted"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A statement that was tried and undone, and may run for good.

    Attributes:
        query_type: The statement's first word that counts.
    """

    preview: Preview
    query_type: str

    @property
    def is_nothing(self) -> bool:
        """Tell whether it would change no row."""
        return self.preview.rows == 0 and self.query_type in VERBS

    @property
    def action(self) -> str:
        """Return what a yes does, e.g. `Delete 10 rows`."""
        if self.is_nothing:
            return "Run it anyway"
        verb = VERBS.get(self.query_type)
        if verb is None:
            return f"Run {self.preview.statement}"
        return f"{verb} {counted(self.preview.rows)}"

    @property
    def question(self) -> str:
        """Return what is asked, with the table where that is known."""
        if self.is_nothing:
            table = f" of {self.preview.table}" if self.preview.table else ""
            return f"No row{table} would change"
        place = {"INSERT": " into ", "DELETE": " from "}.get(self.query_type, " of ")
        table = f"{place}{self.preview.table}" if self.preview.table else ""
        return f"{self.action}{table if self.query_type in VERBS else ''}?"


def counted(rows: int | None) -> str:
    """Return a number of rows in words."""
    if rows is None:
        return "rows"
    return f"{rows:,} row" if rows == 1 else f"{rows:,} rows"


def done(run: RunSeen) -> str:
    """Return what a statement that wrote has done, e.g. `10 rows deleted`."""
    if run.query_type in DONE and run.rows is not None:
        return f"{counted(run.rows)} {DONE[run.query_type]}"
    return "The change is made"
