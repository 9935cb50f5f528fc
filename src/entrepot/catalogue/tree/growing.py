"""Many categories at once: what is missing of some paths, added in one statement."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import func, insert, select, text
from sqlalchemy.orm import Session

from entrepot.catalogue import documents
from entrepot.catalogue.category_models import Category
from entrepot.catalogue.tree import former, paths
from entrepot.catalogue.tree.names import NamePath, fold, fold_path
from entrepot.catalogue.tree.slugs import Slugs


@dataclass(frozen=True, slots=True)
class Place:
    """A category that is there, or, with a negative id, one that is to be made."""

    id: int
    parent_id: int | None
    name: str
    path: str
    level: int


class Growth:
    """The tree's names, and what is to be added to them.

    A name is found whatever its case and blanks; among several that differ by these
    alone, the one that is written alike.
    """

    def __init__(
        self, places: Iterable[Place], former: Mapping[NamePath, int] | None = None
    ) -> None:
        self._former = former or {}
        self.new: list[Place] = []
        self.places: dict[int, Place] = {}
        self._exact: dict[tuple[int | None, str], int] = {}
        self._folded: dict[tuple[int | None, str], int] = {}
        for place in places:
            self._keep(place)

    def find(self, name: str, parent_id: int | None) -> int | None:
        """Return the category of a name below a parent, or among the roots."""
        exact = self._exact.get((parent_id, name))
        return exact if exact is not None else self._folded.get((parent_id, fold(name)))

    def find_path(self, path: NamePath, below: int | None = None) -> int | None:
        """Return the category at the end of a path, if it is there."""
        at = below
        for end, name in enumerate(path, start=1):
            at = self._step(path[:end], name, at, below)
            if at is None:
                return None
        return at

    def reach(self, path: NamePath, below: int | None = None) -> int:
        """Return the category at the end of a path, made where it is missing.

        Raises:
            TooMuch: It would be too deep.
        """
        at = below
        for end, name in enumerate(path, start=1):
            found = self._step(path[:end], name, at, below)
            at = found if found is not None else self._add(name, at)
        assert at is not None  # a path has a name
        return at

    def _step(
        self, path: NamePath, name: str, at: int | None, below: int | None
    ) -> int | None:
        """Return what a name leads to, or what was once called by the whole path."""
        found = self.find(name, at)
        if found is None and self._former and below is None:
            # What stands above may itself be found by an older name.
            now = (*self._names(at), name)
            found = self._former.get(fold_path(path), self._former.get(fold_path(now)))
        return found

    def _names(self, id: int | None) -> NamePath:
        names: list[str] = []
        while id is not None:
            place = self.places[id]
            names.append(place.name)
            id = place.parent_id
        return tuple(reversed(names))

    def _add(self, name: str, parent_id: int | None) -> int:
        level = 0 if parent_id is None else self.places[parent_id].level + 1
        paths.check_size(0, level)
        place = Place(-1 - len(self.new), parent_id, name, "", level)
        self.new.append(place)
        self._keep(place)
        return place.id

    def _keep(self, place: Place) -> None:
        self.places[place.id] = place
        self._exact.setdefault((place.parent_id, place.name), place.id)
        self._folded.setdefault((place.parent_id, fold(place.name)), place.id)


def load_growth(session: Session) -> Growth:
    """Return the tree as it is, with nothing to be added."""
    columns = (
        Category.id,
        Category.parent_id,
        Category.name,
        Category.path,
        Category.level,
    )
    rows = session.execute(select(*columns).order_by(Category.id))
    places = (Place(r.id, r.parent_id, r.name, r.path or "", r.level) for r in rows)
    return Growth(places, former.load(session))


def write_growth(session: Session, growth: Growth, *, by: str) -> dict[int, int]:
    """Add what is new, and return each one's id by its negative one.

    Where neighbours have an order, what is new comes behind them; else names tell it.

    Raises:
        TooMuch: Something would be too deep.
    """
    if not growth.new:
        return {}
    ids = reserve(session, len(growth.new))
    real = {place.id: id for place, id in zip(growth.new, ids, strict=True)}
    slugs, behind = Slugs(session), _behind(session)
    rows = [
        {
            "id": place.id,
            "name": place.name,
            "slug": slugs.take(place.name),
            "parent_id": place.parent_id,
            "level": place.level,
            "path": place.path,
            "sort_order": behind.get(place.parent_id, 0),
            "meta_data": {"made_by": by},
        }
        for place in _settled(growth, real)
    ]
    session.execute(insert(Category), rows)
    documents.bump(session)
    return real


def _behind(session: Session) -> dict[int | None, int]:
    """Return the place behind what is below a category, where that has an order."""
    last = func.max(Category.sort_order)
    ordered = select(Category.parent_id, last).group_by(Category.parent_id)
    return {id: place + 1 for id, place in session.execute(ordered.having(last > 0))}


def _settled(growth: Growth, real: Mapping[int, int]) -> Iterator[Place]:
    """Yield the new ones with their ids and paths, each after the one above it."""
    places = dict(growth.places)
    for new in growth.new:
        id, parent_id = real[new.id], new.parent_id
        above = None if parent_id is None else places[parent_id]
        path = paths.child_path(above.path if above else None, id)
        paths.check_size(len(path), new.level)
        placed = Place(id, above.id if above else None, new.name, path, new.level)
        places[new.id] = placed
        yield placed


def reserve(session: Session, count: int) -> list[int]:
    """Return as many ids that no category has, in order."""
    if session.get_bind().dialect.name == "postgresql":
        return sorted(session.scalars(_NEXT, {"count": count}))
    first = (session.scalar(select(func.max(Category.id))) or 0) + 1
    return list(range(first, first + count))


_NEXT = text(
    "SELECT nextval(pg_get_serial_sequence('categories', 'id')) "
    "FROM generate_series(1, :count)"
)
