"""The fourth step: what an import would change, and what it does not take."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated

from flask import url_for
from msgspec import Meta

from entrepot.base.errors import Expired, IllegalMove
from entrepot.base.house import House
from entrepot.feeds import looking
from entrepot.feeds.pages.grid import Grid, make_grid
from entrepot.feeds.reading.mapping import UNMAPPED
from entrepot.feeds.seen import ChangeFilter, Counts, ErrorGroup, ImportSeen
from entrepot.feeds.states import ChangeKind
from entrepot.web import problems

KINDS: dict[ChangeKind | None, str] = {
    None: "All changes",
    "create": "New",
    "update": "Change",
    "vanish": "Leave",
}
MOST_CHIPS = 8
MOST_GROUPS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewQuery:
    """Which changes, a page of them.

    Attributes:
        after: The number of the last one of the page before.
    """

    step: str = ""
    said: str = ""
    kind: ChangeKind | None = None
    field: Annotated[str, Meta(max_length=200)] = ""
    q: Annotated[str, Meta(max_length=200)] = ""
    after: Annotated[int, Meta(ge=0)] | None = None
    limit: Annotated[int, Meta(ge=1, le=500)] = 150

    def wanted(self) -> ChangeFilter:
        """Return the same without the page."""
        return ChangeFilter(kind=self.kind, field=self.field, q=self.q)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Something the changes can be narrowed to, with how many there are of it."""

    name: str
    count: int | None
    address: str
    is_on: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewStep:
    """What an import changes.

    Attributes:
        counts: Zeros where there is no preview.
        grid: None where the changes are not there: not made yet, or not kept.
        taken_count: Products that are written, without those that were unticked.
        errors: By reason, the most frequent first.
        unmapped_count: Categories of the file that nobody mapped to ours.
        next: Address of the page behind; empty at the end.
    """

    query: PreviewQuery
    counts: Counts
    grid: Grid | None
    kinds: list[Choice]
    fields: list[Choice]
    taken_count: int
    errors: list[ErrorGroup]
    error_group_count: int
    next: str
    first: str
    unmapped_count: int = 0
    problem: dict[str, object] | None = None


def show_preview(house: House, seen: ImportSeen, query: PreviewQuery) -> PreviewStep:
    """Return the changes of an import, a page of them."""
    counts = seen.counts or Counts()
    grid, problem, errors, unmapped = None, None, list[ErrorGroup](), 0
    try:
        found = looking.list_changes(
            house, seen.id, query.wanted(), limit=query.limit, after=query.after
        )
        grid = make_grid(found, excluded=seen.excluded, staying=seen.staying)
        errors = looking.group_errors(house, seen.id)
        unmapped = _unmapped_count(house, seen) if counts.warnings else 0
    except (Expired, IllegalMove) as error:
        problem = problems.describe(error)
    behind = replace(query, after=grid.next) if grid and grid.next is not None else None
    return PreviewStep(
        query=query,
        counts=counts,
        grid=grid,
        kinds=_kinds(seen, query, counts),
        fields=_fields(seen, query, counts),
        taken_count=taken_count(seen),
        errors=errors[:MOST_GROUPS],
        error_group_count=len(errors),
        next=_address(seen, behind) if behind else "",
        first=_address(seen, replace(query, after=None)),
        unmapped_count=unmapped,
        problem=problem,
    )


def _unmapped_count(house: House, seen: ImportSeen) -> int:
    page = looking.list_errors(
        house, seen.id, kind="warnings", code=UNMAPPED.code, limit=1
    )
    return page.total


def taken_count(seen: ImportSeen) -> int:
    """Return how many products would be written."""
    counts = seen.counts or Counts()
    ticked = max(counts.created + counts.updated - len(seen.excluded), 0)
    return ticked + leaving_count(seen)


def leaving_count(seen: ImportSeen) -> int:
    """Return how many products that left the file would be written."""
    if seen.missing == "keep" or seen.counts is None:
        return 0
    return max(seen.counts.vanished - len(seen.staying), 0)


def address(seen: ImportSeen, query: PreviewQuery) -> str:
    """Return where these changes are seen."""
    return _address(seen, query)


def _kinds(seen: ImportSeen, query: PreviewQuery, counts: Counts) -> list[Choice]:
    leaving = counts.vanished if seen.missing != "keep" else 0
    numbers: dict[ChangeKind | None, int] = {
        None: counts.created + counts.updated + leaving,
        "create": counts.created,
        "update": counts.updated,
        "vanish": leaving,
    }
    return [
        Choice(
            name=name,
            count=numbers[kind],
            address=_address(seen, replace(query, kind=kind, field="", after=None)),
            is_on=query.kind == kind,
        )
        for kind, name in KINDS.items()
    ]


def _fields(seen: ImportSeen, query: PreviewQuery, counts: Counts) -> list[Choice]:
    most = sorted(counts.fields.items(), key=lambda pair: -pair[1])[:MOST_CHIPS]
    if query.field and query.field not in dict(most):
        most.append((query.field, counts.fields.get(query.field, 0)))
    return [
        Choice(
            name=name,
            count=count,
            address=_address(
                seen,
                replace(query, field="" if query.field == name else name, after=None),
            ),
            is_on=query.field == name,
        )
        for name, count in most
    ]


def _address(seen: ImportSeen, query: PreviewQuery) -> str:
    usual = PreviewQuery()
    return url_for(
        "feeds_pages.show",
        id=seen.id,
        step="preview",
        kind=query.kind,
        field=query.field or None,
        q=query.q or None,
        after=query.after,
        limit=query.limit if query.limit != usual.limit else None,
    )
