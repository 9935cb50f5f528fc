"""Other trees' categories, and which of ours each of them means."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import ColumnElement, delete, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from entrepot.base.errors import InvalidValue, NotThere
from entrepot.base.times import now
from entrepot.catalogue.mapping_models import Mapping as Mapped
from entrepot.catalogue.tree.categories import get_category
from entrepot.catalogue.tree.names import NamePath, digest_of, render_path

MOST_TREE_CHARACTERS = 100
MOST_KEY_CHARACTERS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeSeen:
    """A tree of others, and how much of it is mapped."""

    tree: str
    categories: int
    mapped: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingSeen:
    """A category of another tree; `category_id` is None while nobody mapped it."""

    tree: str
    key: str
    path: str
    category_id: int | None
    set_by: str | None
    set_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingFilter:
    """Which of a tree's categories; `after` is the key of the last one seen."""

    tree: str
    state: Literal["all", "open", "mapped"] = "all"
    q: str = ""
    category_id: int | None = None
    after: str = ""
    limit: int = 50


@dataclass(frozen=True, slots=True)
class Foreign:
    """A category of another tree, as a file has it; `key` may be empty."""

    key: str
    path: NamePath


def list_trees(session: Session) -> list[TreeSeen]:
    """Return the trees of others by name."""
    counted = select(Mapped.tree, func.count(), func.count(Mapped.category_id))
    rows = session.execute(counted.group_by(Mapped.tree).order_by(Mapped.tree))
    return [TreeSeen(tree=t, categories=n, mapped=m) for t, n, m in rows]


def list_mappings(session: Session, wanted: MappingFilter) -> list[MappingSeen]:
    """Return categories of a tree by key, at most as many as wanted."""
    found = select(Mapped).where(*_conditions(wanted), Mapped.key > wanted.after)
    rows = session.scalars(found.order_by(Mapped.key).limit(wanted.limit))
    return [_seen(row) for row in rows]


def list_of_category(
    session: Session, category_id: int, *, limit: int
) -> list[MappingSeen]:
    """Return the categories of other trees that mean one of ours, some of them."""
    found = select(Mapped).where(Mapped.category_id == category_id)
    rows = session.scalars(found.order_by(Mapped.tree, Mapped.key).limit(limit))
    return [_seen(row) for row in rows]


def get_mapping(session: Session, tree: str, key: str) -> MappingSeen:
    """Return one category of another tree.

    Raises:
        NotThere: There is none.
    """
    return _seen(_get(session, tree, key))


def map_category(
    session: Session, tree: str, key: str, category_id: int | None, *, by: str
) -> MappingSeen:
    """Say which of our categories one of another tree means; None takes it back.

    Raises:
        NotThere: There is no such category, there or here.
    """
    if category_id is not None:
        get_category(session, category_id)
    row = _get(session, tree, key)
    row.category_id = category_id
    row.set_by, row.set_at = by, now()
    session.flush()  # who looks it up next finds it
    return _seen(row)


def map_categories(
    session: Session, tree: str, wanted: Mapping[str, int], *, by: str
) -> int:
    """Map several keys that a tree has at once; return how many they are."""
    at = now()
    by_category: dict[int, list[str]] = {}
    for key, category_id in wanted.items():
        by_category.setdefault(category_id, []).append(key)
    for category_id, keys in by_category.items():
        session.execute(
            update(Mapped)
            .where(Mapped.tree == tree, Mapped.key.in_(keys))
            .values(category_id=category_id, set_by=by, set_at=at)
            .execution_options(synchronize_session=False)
        )
    return len(wanted)


def note_unmapped(session: Session, tree: str, paths: Iterable[NamePath]) -> int:
    """Keep paths that a tree has not as open ones; return how many are new.

    A tree that was not there comes to be.
    """
    check_tree(tree)
    there = set(session.scalars(select(Mapped.folded).where(Mapped.tree == tree)))
    new: dict[str, NamePath] = {}
    for path in paths:
        new.setdefault(digest_of(path), path)
    open_ones = [Foreign("", new[one]) for one in new if one not in there]
    return write_mappings(session, tree, [(one, None) for one in open_ones])


def mapped_at(session: Session, tree: str) -> datetime | None:
    """Return when somebody last said what a category of a tree means."""
    return session.scalar(select(func.max(Mapped.set_at)).where(Mapped.tree == tree))


def list_open(session: Session, tree: str) -> list[tuple[str, str]]:
    """Return (key, path) of every category of a tree that nobody mapped."""
    wanted = select(Mapped.key, Mapped.path).where(
        Mapped.tree == tree, Mapped.category_id.is_(None)
    )
    return [(key, path) for key, path in session.execute(wanted.order_by(Mapped.key))]


def drop_tree(session: Session, tree: str) -> int:
    """Forget a tree of others with its mappings; return how many it had.

    Raises:
        NotThere: There is no such tree.
    """
    count = session.scalar(select(func.count()).where(Mapped.tree == tree)) or 0
    if not count:
        known = session.scalars(select(Mapped.tree).distinct()).all()
        raise NotThere("tree", tree, known)
    session.execute(delete(Mapped).where(Mapped.tree == tree))
    return count


def write_mappings(
    session: Session, tree: str, found: Iterable[tuple[Foreign, int | None]]
) -> int:
    """Keep categories of another tree; return how many are new or different.

    Those that are mapped stay so; a None maps nothing.
    """
    check_tree(tree)
    there = {
        key: (path, category_id)
        for key, path, category_id in session.execute(
            select(Mapped.key, Mapped.path, Mapped.category_id).where(
                Mapped.tree == tree
            )
        )
    }
    rows = list({row["key"]: row for row in _rows(tree, found, there)}.values())
    if rows:
        is_sqlite = session.get_bind().dialect.name == "sqlite"
        insert = sqlite.insert if is_sqlite else postgresql.insert
        statement = insert(Mapped)
        session.execute(
            statement.on_conflict_do_update(
                index_elements=["tree", "key"],
                set_={
                    name: statement.excluded[name]
                    for name in ("path", "folded", "category_id")
                },
            ),
            rows,
        )
    return len(rows)


def resolve_paths(
    session: Session, tree: str, wanted: Collection[str]
) -> dict[str, int]:
    """Return our category for each key or path of another tree that is mapped.

    Paths are written as `A > B > C`; names are found whatever their case.
    """
    digests: dict[str, list[str]] = {}
    for text in wanted:
        digest = digest_of([n.strip() for n in text.split(">")])
        digests.setdefault(digest, []).append(text)
    rows = session.execute(
        select(Mapped.key, Mapped.folded, Mapped.category_id).where(
            Mapped.tree == tree, Mapped.category_id.is_not(None)
        )
    )
    found: dict[str, int] = {}
    asked = set(wanted)
    for key, folded, category_id in rows:
        if category_id is None:
            continue
        if key in asked:
            found[key] = category_id
        for text in digests.get(folded, ()):
            found.setdefault(text, category_id)
    return found


def check_tree(tree: str) -> str:
    """Return the name of a tree.

    Raises:
        InvalidValue: It is empty or too long.
    """
    if not 1 <= len(tree.strip()) <= MOST_TREE_CHARACTERS:
        raise InvalidValue(
            f"a tree has a name of 1 to {MOST_TREE_CHARACTERS} characters",
            hint="such as google, or the supplier's",
        )
    return tree.strip()


def _get(session: Session, tree: str, key: str) -> Mapped:
    row = session.get(Mapped, (tree, key))
    if row is None:
        raise NotThere(f"category of the tree {tree!r}", key[:200], [])
    return row


def _rows(
    tree: str,
    found: Iterable[tuple[Foreign, int | None]],
    there: Mapping[str, tuple[str, int | None]],
) -> Iterator[dict[str, object]]:
    for foreign, category_id in found:
        digest, path = digest_of(foreign.path), render_path(foreign.path)
        key = foreign.key or digest
        old = there.get(key)
        if old is not None:
            category_id = old[1] or category_id
        if old != (path, category_id):
            yield {
                "tree": tree,
                "key": key,
                "path": path,
                "folded": digest,
                "category_id": category_id,
            }


def _conditions(wanted: MappingFilter) -> Iterator[ColumnElement[bool]]:
    yield Mapped.tree == wanted.tree
    if wanted.state == "open":
        yield Mapped.category_id.is_(None)
    elif wanted.state == "mapped":
        yield Mapped.category_id.is_not(None)
    if wanted.category_id is not None:
        yield Mapped.category_id == wanted.category_id
    for word in wanted.q.split():
        like = Mapped.path.icontains(word, autoescape=True)
        yield or_(like, Mapped.key == word)


def _seen(row: Mapped) -> MappingSeen:
    return MappingSeen(
        tree=row.tree,
        key=row.key,
        path=row.path,
        category_id=row.category_id,
        set_by=row.set_by,
        set_at=row.set_at,
    )
