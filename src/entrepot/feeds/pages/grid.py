"""The changes of an import as rows of a grid: a product a row, a field a column."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from entrepot.catalogue import FIELDS
from entrepot.feeds.pages.shown import difference, is_unlikely
from entrepot.feeds.seen import ChangePage, ChangeRow
from entrepot.feeds.states import ChangeKind

MOST_COLUMNS = 6
APART = ("sku", "name", "id", "")
"""Fields that have a column of their own in every grid, or none."""
LONGEST = 300
"""Characters of a text that still fits a column."""
NUMBERS = ("money", "number", "integer")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A field of a product, before and after.

    Attributes:
        is_new: There was no product before.
    """

    old: str | None
    new: str | None
    is_new: bool = False
    difference: str = ""
    is_unlikely: bool = False

    @property
    def text(self) -> str:
        """Return both as one text, to be copied and read whole."""
        new = "" if self.new is None else self.new
        return new if self.is_new else f"{self.old or ''} → {new}"


@dataclass(frozen=True, slots=True, kw_only=True)
class GridRow:
    """A product that is made, changes or leaves.

    Attributes:
        rest: Fields that have no column here.
        is_taken: It is ticked.
    """

    line: int
    product_id: int | None
    sku: str
    name: str
    kind: ChangeKind
    cells: dict[str, Cell]
    rest: list[tuple[str, Cell]]
    is_taken: bool

    @property
    def is_unlikely(self) -> bool:
        """Tell whether a value of it looks wrong."""
        cells = [*self.cells.values(), *(cell for _, cell in self.rest)]
        return any(cell.is_unlikely for cell in cells)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """Some changes.

    Attributes:
        next: The `after` of the following page; None at the end.
    """

    columns: tuple[str, ...]
    rows: tuple[GridRow, ...]
    next: int | None
    total: int

    @property
    def has_rest(self) -> bool:
        """Tell whether a row has fields without a column."""
        return any(row.rest for row in self.rows)


def is_number(field: str) -> bool:
    """Tell whether a field's values stand on the right."""
    return field in FIELDS and FIELDS[field].kind in NUMBERS


def make_grid(
    page: ChangePage, *, excluded: Iterable[int], staying: Iterable[int] = ()
) -> Grid:
    """Return changes by product; one that goes on behind the page begins the next."""
    groups = _group(page.rows)
    following = page.next
    if following is not None and len(groups) > 1:
        following = groups.pop()[0].number - 1
    lines, products = frozenset(excluded), frozenset(staying)
    columns = _columns(groups)
    return Grid(
        columns=columns,
        rows=tuple(
            _row(group, columns, is_taken=not _is_left_out(group[0], lines, products))
            for group in groups
        ),
        next=following,
        total=page.total,
    )


def _group(rows: Iterable[ChangeRow]) -> list[list[ChangeRow]]:
    groups: list[list[ChangeRow]] = []
    for row in rows:
        key = (row.line, row.kind, row.sku)
        last = groups[-1][0] if groups else None
        if last is not None and (last.line, last.kind, last.sku) == key:
            groups[-1].append(row)
        else:
            groups.append([row])
    return groups


def _columns(groups: list[list[ChangeRow]]) -> tuple[str, ...]:
    """Return the fields that change most often, then those that new products have.

    Long texts have no column unless there is nothing else; numbers stand first.
    """
    counted: Counter[str] = Counter()
    for group in groups:
        weight = len(groups) if group[0].kind == "update" else 1
        for field in _cells(group):
            counted[field] += weight
    found = [field for field in counted if field not in APART]
    short = [field for field in found if not _is_long(field)]
    order = {name: place for place, name in enumerate(FIELDS)}
    most = sorted(short or found, key=lambda f: (-counted[f], order.get(f, len(order))))
    return tuple(
        sorted(
            most[:MOST_COLUMNS],
            key=lambda f: (not is_number(f), order.get(f, len(order))),
        )
    )


def _is_long(field: str) -> bool:
    known = FIELDS.get(field)
    if known is None:
        return False
    is_text = known.kind == "text" and (known.characters or LONGEST + 1) > LONGEST
    return is_text or known.kind in ("list", "object")


def _is_left_out(
    row: ChangeRow, lines: frozenset[int], products: frozenset[int]
) -> bool:
    return row.product_id in products if row.kind == "vanish" else row.line in lines


def _row(
    group: list[ChangeRow], columns: tuple[str, ...], *, is_taken: bool
) -> GridRow:
    first, cells = group[0], _cells(group)
    apart = () if first.kind == "update" else APART
    return GridRow(
        line=first.line,
        product_id=first.product_id,
        sku=first.sku,
        name=first.name,
        kind=first.kind,
        cells={field: cells[field] for field in columns if field in cells},
        rest=[(f, c) for f, c in cells.items() if f not in (*columns, *apart)],
        is_taken=is_taken,
    )


def _cells(group: list[ChangeRow]) -> dict[str, Cell]:
    cells: dict[str, Cell] = {}
    for row in group:
        for field, value in (row.values or {}).items():
            cells[field] = Cell(old=None, new=value, is_new=True)
        if row.field:
            cells[row.field] = _cell(row)
    return cells


def _cell(row: ChangeRow) -> Cell:
    has_numbers = is_number(row.field)
    is_money = row.field in FIELDS and FIELDS[row.field].kind == "money"
    return Cell(
        old=row.old,
        new=row.new,
        difference=difference(row.old, row.new) if has_numbers else "",
        is_unlikely=is_money and is_unlikely(row.old, row.new),
    )
