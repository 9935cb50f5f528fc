"""Whole trees come in: as categories of ours, or beside them to be mapped."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from sqlalchemy.orm import Session

from entrepot.base.errors import EntrepotError, InvalidValue
from entrepot.catalogue.tree.categories import get_category
from entrepot.catalogue.tree.growing import Growth, load_growth, write_growth
from entrepot.catalogue.tree.mapping import Foreign, check_tree, write_mappings
from entrepot.catalogue.tree.names import render_path
from entrepot.catalogue.tree.reading import TreeText
from entrepot.catalogue.tree.reading_spec import Entry, Fault
from entrepot.catalogue.tree.turns import take_turn

SHOWN = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeWanted:
    """What is to become of a tree.

    Attributes:
        into: `categories` makes what is missing of ours; `mapping` keeps the tree
            beside ours.
        tree: Its name; for `categories`, empty keeps no mapping of its keys.
        below: Of our categories, the one that its roots go below; None for roots.
    """

    into: Literal["categories", "mapping"] = "categories"
    tree: str = ""
    below: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeImported:
    """What an import of a tree does, or did.

    Attributes:
        entries: Categories that the text names.
        new: Of ours that are made, what is above them included.
        there: That are there already.
        mapped: Keys that are new, or lead elsewhere now.
        new_paths: The first of those that are made, as paths.
        faults: Lines that are no category; the first of them.
        fault_count: How many there are.
    """

    format: str
    entries: int
    new: int
    there: int
    mapped: int
    new_paths: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    fault_count: int = 0


def preview_tree(session: Session, text: TreeText, wanted: TreeWanted) -> TreeImported:
    """Tell what `import_tree` would do: it is done, and taken back.

    Raises:
        NotThere: There is no such category to go below.
        InvalidValue: A tree to be mapped has no name.
        TooMuch: Something would be too deep.
    """
    nested = session.begin_nested()
    try:
        return import_tree(session, text, wanted, by="")
    finally:
        nested.rollback()


def import_tree(
    session: Session, text: TreeText, wanted: TreeWanted, *, by: str
) -> TreeImported:
    """Bring a tree in; what is there already stays, so that it may come twice.

    Raises:
        NotThere: There is no such category to go below.
        InvalidValue: A tree to be mapped has no name.
        TooMuch: Something would be too deep.
    """
    take_turn(session)
    growth, placed, faults = _grow(session, text, wanted)
    real: dict[int, int] = {}
    if wanted.into == "categories":
        real = write_growth(session, growth, by=by)
    mapped = 0
    if wanted.tree:
        found = ((_foreign(e), real.get(id or 0, id)) for e, id in placed)
        mapped = write_mappings(session, wanted.tree, found)
    new = growth.new if wanted.into == "categories" else []
    return TreeImported(
        format=text.format,
        entries=len(text.entries),
        new=len(new),
        there=len({id for _, id in placed if id is not None and id > 0}),
        mapped=mapped,
        new_paths=list(_paths(growth, [place.id for place in new[:SHOWN]])),
        faults=faults[:SHOWN],
        fault_count=len(faults),
    )


Placed = list[tuple[Entry, int | None]]


def _grow(
    session: Session, text: TreeText, wanted: TreeWanted
) -> tuple[Growth, Placed, list[Fault]]:
    """Find or add every entry's category; a mapped tree adds none."""
    if wanted.below is not None:
        get_category(session, wanted.below)
    if wanted.into == "mapping" or wanted.tree:
        check_tree(wanted.tree)
    if wanted.into == "mapping" and wanted.below is not None:
        raise InvalidValue("a tree that is kept beside ours goes below nothing")
    growth, faults = load_growth(session), list(text.faults)
    placed: Placed = []
    id: int | None
    for entry in text.entries:
        try:
            if wanted.into == "categories":
                id = growth.reach(entry.path, wanted.below)
            else:
                id = growth.find_path(entry.path)
        except EntrepotError as error:  # too deep below what it goes below
            faults.append(Fault(entry.line, entry.key, error.detail))
        else:
            placed.append((entry, id))
    return growth, placed, faults


def _paths(growth: Growth, ids: list[int]) -> Iterator[str]:
    for id in ids:
        names: list[str] = []
        at = growth.places.get(id)
        while at is not None:
            names.append(at.name)
            at = growth.places.get(at.parent_id) if at.parent_id else None
        yield render_path(names[::-1])


def _foreign(entry: Entry) -> Foreign:
    return Foreign(entry.key, entry.path)
