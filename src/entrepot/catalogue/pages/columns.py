"""The columns that the grid of products can have, and a product's cell in each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from entrepot.catalogue import FIELDS, SORTS
from entrepot.catalogue.pages.form import text_of
from entrepot.catalogue.pages.form_fields import CHOICES, label_of
from entrepot.web.words import ago

Kind = Literal[
    "text", "money", "number", "integer", "boolean", "word", "quality", "time", "path"
]

USUAL = (
    "sku",
    "price",
    "inventory_quantity",
    "status",
    "quality",
    "brand",
    "category",
    "updated_at",
)
LONGEST_CELL = 80
DERIVED: dict[str, tuple[str, Kind]] = {
    "id": ("Number", "integer"),
    "category": ("Category", "path"),
    "quality": ("Quality", "quality"),
    "version": ("Version", "integer"),
    "created_at": ("Made", "time"),
    "updated_at": ("Changed", "time"),
    "shopify_sync_status": ("Sync", "text"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of the grid.

    Attributes:
        sort: What it is sorted by; empty for not at all.
        choices: The words that it holds, where they are few.
        is_edited: Its cells can be written into.
    """

    name: str
    label: str
    kind: Kind
    sort: str = ""
    choices: tuple[str, ...] = ()
    is_edited: bool = False

    @property
    def is_number(self) -> bool:
        """Tell whether its cells stand at the right."""
        return self.kind in ("money", "number", "integer")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A product's value in a column.

    Attributes:
        text: As it is shown; empty for none.
        raw: As it is written; the whole of it.
        cut: So many characters of it are not shown.
        unit: What it is counted in.
    """

    column: Column
    text: str
    raw: str = ""
    cut: int = 0
    unit: str = ""


def _columns() -> dict[str, Column]:
    found = {
        name: Column(name=name, label=label, kind=kind, sort=_sort_of(name))
        for name, (label, kind) in DERIVED.items()
    }
    for name, field in FIELDS.items():
        if field.kind in ("list", "object") or name in ("name", "category_id"):
            continue
        found[name] = Column(
            name=name,
            label=label_of(name),
            kind=field.kind,  # type: ignore[arg-type]  # lists and objects are left out
            sort=_sort_of(name),
            choices=CHOICES.get(name, ()),
            is_edited=True,
        )
    first = {name: found[name] for name in USUAL}
    return first | found


def _sort_of(name: str) -> str:
    return name if name in SORTS else ""


COLUMNS = _columns()
"""The usual ones first; the name stands before them all."""

NAME = Column(name="name", label="Name", kind="text", sort="name", is_edited=True)


def shown_columns(names: Sequence[str]) -> list[Column]:
    """Return the columns of these names, of those there are; none means the usual."""
    wanted = [name for name in names if name in COLUMNS]
    return [COLUMNS[name] for name in wanted or USUAL]


def cell_of(column: Column, document: Mapping[str, object]) -> Cell:
    """Return a product's cell, from its document."""
    if column.kind == "path":
        return _path(column, document)
    value = document.get(column.name)
    if column.kind == "time":
        return Cell(column=column, text=_time(value), raw=str(value or ""))
    field = FIELDS.get(column.name)
    raw = (
        str(value if value is not None else "")
        if field is None
        else text_of(field, value)
    )
    if column.kind == "money" and isinstance(value, int | float):
        raw = f"{value:.2f}"
        unit = str(document.get("currency") or "")
        return Cell(column=column, text=f"{value:,.2f}", raw=raw, unit=unit)
    if column.kind == "integer" and isinstance(value, int):
        return Cell(column=column, text=f"{value:,}", raw=raw)
    if column.kind == "boolean":
        return Cell(column=column, text="yes" if value else "no", raw=raw)
    cut = max(len(raw) - LONGEST_CELL, 0)
    return Cell(column=column, text=raw[:LONGEST_CELL], raw=raw, cut=cut)


def _path(column: Column, document: Mapping[str, object]) -> Cell:
    value = document.get("category_path")
    names = list(value) if isinstance(value, list) else [value] if value else []
    whole = " / ".join(str(name) for name in names)
    return Cell(column=column, text=str(names[-1]) if names else "", raw=whole)


def _time(value: object) -> str:
    if not isinstance(value, str):
        return ""
    return ago(datetime.fromisoformat(value))
