"""Two categories become one: products, branches and mappings go over, and may go back.

What went over stands in a `Merge`; the products' versions carry its id, as those of an
import do.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from entrepot.base.errors import Conflict, NotThere
from entrepot.base.times import now
from entrepot.catalogue.category_models import Category
from entrepot.catalogue.mapping_models import Mapping, Merge
from entrepot.catalogue.tree import former
from entrepot.catalogue.tree.categories import (
    delete_category,
    get_category,
    move_category,
    path_of_names,
)
from entrepot.catalogue.tree.filing import (
    file_products,
    in_category,
    renew_filed,
    still_filed,
)
from entrepot.catalogue.tree.growing import reserve
from entrepot.catalogue.tree.merged_icons import give_icons_back, take_icons
from entrepot.catalogue.tree.names import fold
from entrepot.catalogue.tree.paths import child_path
from entrepot.catalogue.tree.slugs import free_slug
from entrepot.catalogue.tree.turns import take_turn


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """A category that went into another one, and what it was.

    Attributes:
        icon_id: The icon that held for it.
    """

    id: int
    into_id: int
    parent_id: int | None
    name: str
    slug: str
    description: str | None
    sort_order: int
    is_active: bool
    branches: list[int]
    mappings: list[tuple[str, str]]
    icons: list[int] = field(default_factory=list)
    icon_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """What a merge did.

    Attributes:
        id: Takes it back.
        categories: That are gone: those below with a namesake below the target as well.
        products: That have another category now.
    """

    id: str
    target_id: int
    name: str
    categories: int
    products: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeSeen:
    """A merge that may be taken back."""

    id: str
    name: str
    categories: int
    merged_by: str
    merged_at: datetime


def list_merges(session: Session, target_id: int, *, limit: int = 5) -> list[MergeSeen]:
    """Return what went into a category and may come back, the newest first."""
    wanted = select(Merge).where(
        Merge.target_id == target_id, Merge.undone_at.is_(None)
    )
    rows = session.scalars(wanted.order_by(Merge.merged_at.desc()).limit(limit))
    return [
        MergeSeen(
            id=row.id,
            name=row.record["gone"][0]["name"],
            categories=len(row.record["gone"]),
            merged_by=row.merged_by,
            merged_at=row.merged_at,
        )
        for row in rows
    ]


def name_merges(session: Session, ids: Iterable[str]) -> dict[str, str]:
    """Return the names of the categories that went into others, by the merge's id."""
    rows = session.scalars(select(Merge).where(Merge.id.in_(list(ids))))
    return {row.id: row.record["gone"][0]["name"] for row in rows}


def merge_category(
    session: Session, category_id: int, target_id: int, *, by: str
) -> Merged:
    """Let all of a category go over to another one, and the category go.

    What is below both under the same name is merged as well. Feeds that say the old
    names find the target. Its icons go over too, and hold where the target has none.

    Raises:
        NotThere: There is no such category, or no such target.
        Conflict: They are the same, or the target is below the category.
        TooMuch: Something would be too deep.
    """
    take_turn(session)
    _check_apart(session, category_id, target_id)
    id, products = str(uuid.uuid4()), 0
    name = get_category(session, category_id).name
    pairs, gone = [(category_id, target_id)], []
    for one, into in pairs:  # grows while namesakes are found
        record, filed = _merge_one(session, one, into, pairs, merge_id=id, by=by)
        gone.append(record)
        products += filed
    for record in reversed(gone):
        delete_category(session, record.id)
    renew_filed(session, id)
    session.add(
        Merge(
            id=id,
            target_id=target_id,
            record={"gone": msgspec.to_builtins(gone)},
            merged_by=by,
            merged_at=now(),
        )
    )
    session.flush()  # who undoes it in the same transaction finds it
    return Merged(
        id=id, target_id=target_id, name=name, categories=len(gone), products=products
    )


def _check_apart(session: Session, category_id: int, target_id: int) -> None:
    source = get_category(session, category_id)
    target = get_category(session, target_id)
    if (target.path or "").startswith(source.path or ""):
        raise Conflict(
            f"{source.name!r} cannot be merged into itself or what is below it",
            hint=f"move {target.name!r} out of it first",
        )


def undo_merge(session: Session, merge_id: str, *, by: str) -> int:
    """Take a merge back; return the id of the category that is there again.

    Products, branches and mappings that went elsewhere since stay where they are.

    Raises:
        NotThere: There was no such merge.
        Conflict: It is taken back already, or what was around it is gone.
    """
    take_turn(session)
    merge = session.get(Merge, merge_id)
    if merge is None:
        raise NotThere("merge", merge_id, [])
    if merge.undone_at is not None:
        raise Conflict("this merge is taken back already")
    gone = msgspec.convert(merge.record["gone"], list[Gone])
    back: dict[int, int] = {}
    for record in gone:
        _bring_back(session, record, back)
        file_products(
            session,
            still_filed(merge_id, from_id=record.id, to_id=record.into_id),
            from_id=record.into_id,
            to_id=back[record.id],
            kind="undo",
            together=merge_id,
            by=by,
        )
    renew_filed(session, merge_id)
    merge.undone_at = now()
    return back[gone[0].id]


def _merge_one(
    session: Session,
    source_id: int,
    target_id: int,
    pairs: list[tuple[int, int]],
    *,
    merge_id: str,
    by: str,
) -> tuple[Gone, int]:
    """Empty one category into another; namesakes below both join `pairs`."""
    namesakes = {fold(name): id for id, name in _branches(session, target_id)}
    moved = []
    for id, name in _branches(session, source_id):
        namesake = namesakes.get(fold(name))
        if namesake is not None:
            pairs.append((id, namesake))
        else:
            move_category(session, id, target_id)
            moved.append(id)
    filed = file_products(
        session,
        in_category(source_id),
        from_id=source_id,
        to_id=target_id,
        together=merge_id,
        by=by,
    )
    names = path_of_names(session, source_id)
    mappings = _take_mappings(session, source_id, target_id)
    former.remember(session, names, target_id)
    record = _gone(session, source_id, target_id, moved, mappings)
    icons, held = take_icons(session, source_id, target_id)
    return replace(record, icons=icons, icon_id=held), filed


def _branches(session: Session, category_id: int) -> list[tuple[int, str]]:
    wanted = select(Category.id, Category.name).where(Category.parent_id == category_id)
    return [(id, name) for id, name in session.execute(wanted.order_by(Category.id))]


def _take_mappings(
    session: Session, source_id: int, target_id: int
) -> list[tuple[str, str]]:
    found = session.execute(
        select(Mapping.tree, Mapping.key).where(Mapping.category_id == source_id)
    ).all()
    session.execute(
        update(Mapping)
        .where(Mapping.category_id == source_id)
        .values(category_id=target_id)
        .execution_options(synchronize_session=False)
    )
    return [(tree, key) for tree, key in found]


def _gone(
    session: Session,
    source_id: int,
    target_id: int,
    moved: list[int],
    mappings: list[tuple[str, str]],
) -> Gone:
    source = get_category(session, source_id)
    return Gone(
        id=source_id,
        into_id=target_id,
        parent_id=source.parent_id,
        name=source.name,
        slug=source.slug,
        description=source.description,
        sort_order=source.sort_order,
        is_active=source.is_active,
        branches=moved,
        mappings=mappings,
    )


def _bring_back(session: Session, record: Gone, back: dict[int, int]) -> None:
    """Make a category again, with the branches and mappings that are still there."""
    into = session.get(Category, record.into_id)
    if into is None:
        raise Conflict(f"what {record.name!r} was merged into is gone")
    id = _make(session, record, back)
    back[record.id] = id
    still = select(Category.id).where(
        Category.id.in_(record.branches), Category.parent_id == into.id
    )
    for branch in session.scalars(still).all():
        move_category(session, branch, id)
    give_icons_back(session, record.icons, record.icon_id, from_id=into.id, to_id=id)
    for tree, key in record.mappings:
        session.execute(
            update(Mapping)
            .where(
                Mapping.tree == tree, Mapping.key == key, Mapping.category_id == into.id
            )
            .values(category_id=id)
            .execution_options(synchronize_session=False)
        )


def _make(session: Session, record: Gone, back: dict[int, int]) -> int:
    parent_id = back.get(record.parent_id or 0, record.parent_id)
    above = None if parent_id is None else session.get(Category, parent_id)
    if parent_id is not None and above is None:
        raise Conflict(f"what was above {record.name!r} is gone")
    id = reserve(session, 1)[0]
    taken = select(func.count()).where(Category.slug == record.slug)
    values: dict[str, Any] = {
        "id": id,
        "name": record.name,
        "slug": free_slug(session, record.name)
        if session.scalar(taken)
        else record.slug,
        "description": record.description,
        "parent_id": parent_id,
        "level": 0 if above is None else above.level + 1,
        "path": child_path(above.path if above else None, id),
        "sort_order": record.sort_order,
        "is_active": record.is_active,
    }
    session.execute(insert(Category), [values])
    return id
