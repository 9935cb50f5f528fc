"""What faces do to the tree: each in a transaction of its own, and recorded."""

from __future__ import annotations

from dataclasses import dataclass

from msgspec import UNSET, UnsetType
from sqlalchemy.orm import Session

from entrepot.base.entities import check_count, check_text
from entrepot.base.errors import Conflict
from entrepot.base.events import emit
from entrepot.base.house import House
from entrepot.base.identity import Identity
from entrepot.catalogue import documents
from entrepot.catalogue.category_models import Category
from entrepot.catalogue.events import (
    CategoryChanged,
    CategoryCreated,
    CategoryDeleted,
    CategoryMerged,
    CategoryMoved,
    MergeUndone,
)
from entrepot.catalogue.tree import categories, merging
from entrepot.catalogue.tree.merging import Merged
from entrepot.catalogue.tree.names import render_path
from entrepot.catalogue.tree.renewing import Renew, renew_below
from entrepot.catalogue.tree.seeing import CategorySeen, get_seen

MOST_DESCRIPTION = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryWanted:
    """A category to be; behind its neighbours where its place is not said."""

    name: str
    parent_id: int | None = None
    description: str | None = None
    sort_order: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryChange:
    """What is to be different; what is not said stays."""

    name: str | UnsetType = UNSET
    description: str | UnsetType | None = UNSET
    sort_order: int | UnsetType = UNSET
    is_active: bool | UnsetType = UNSET


def create(house: House, wanted: CategoryWanted) -> CategorySeen:
    """Add a category.

    Raises:
        InvalidValue: The name is empty or too long.
        NotThere: There is no such parent.
        Conflict: One of this name is there already.
        TooMuch: It would be too deep.
    """
    with house.store.session() as session:
        _check_free(session, wanted.name, wanted.parent_id, but=None)
        made = categories.create_category(
            session,
            name=wanted.name,
            parent_id=wanted.parent_id,
            description=_described(wanted.description),
            sort_order=_placed(wanted.sort_order),
        )
        path = render_path(categories.path_of_names(session, made.id))
        emit(CategoryCreated(id=made.id, path=path))
    return get_seen(house, made.id)


def change(house: House, category_id: int, wanted: CategoryChange) -> CategorySeen:
    """Change a category's name, description, order or activity.

    Raises:
        InvalidValue: A value is not possible.
        NotThere: There is no such category.
        Conflict: Its neighbour has this name.
    """
    with house.store.session() as session:
        changed = change_in(session, category_id, wanted)
        tell_change(session, category_id, changed)
    return get_seen(house, category_id)


def change_in(
    session: Session,
    category_id: int,
    wanted: CategoryChange,
    *,
    renew: Renew = renew_below,
) -> tuple[str, ...]:
    """Do so in the caller's transaction, untold; return the names of what differs."""
    row = categories.get_category(session, category_id)
    changed = []
    if wanted.name is not UNSET and wanted.name.strip() != row.name:
        _check_free(session, wanted.name, row.parent_id, but=category_id)
        categories.rename_category(session, category_id, wanted.name, renew=renew)
        changed.append("name")
    changed += _change_rest(row, wanted)
    if changed:
        documents.bump(session)
    return tuple(changed)


def tell_change(session: Session, category_id: int, changed: tuple[str, ...]) -> None:
    """Tell what is different about a category, if anything is."""
    if changed:
        row = categories.get_category(session, category_id)
        emit(CategoryChanged(id=row.id, name=row.name, changed=changed))


def move(house: House, category_id: int, parent_id: int | None) -> CategorySeen:
    """Put a category, with all below it, under another one or among the roots.

    Raises:
        NotThere: There is no such category, or no such parent.
        Conflict: The parent is below it, or has a branch of this name.
        TooMuch: Something would be too deep.
    """
    with house.store.session() as session:
        moved = move_in(session, category_id, parent_id)
        if moved is not None:
            emit(moved)
    return get_seen(house, category_id)


def move_in(
    session: Session,
    category_id: int,
    parent_id: int | None,
    *,
    renew: Renew = renew_below,
) -> CategoryMoved | None:
    """Do so in the caller's transaction, untold; return what is to be told."""
    row = categories.get_category(session, category_id)
    before = render_path(categories.path_of_names(session, category_id))
    if row.parent_id == parent_id:
        return None
    _check_free(session, row.name, parent_id, but=category_id)
    categories.move_category(session, category_id, parent_id, renew=renew)
    after = render_path(categories.path_of_names(session, category_id))
    return CategoryMoved(id=category_id, came_from=before, went_to=after)


def merge(house: House, who: Identity, category_id: int, target_id: int) -> Merged:
    """Let all of a category go over to another one, and the category go.

    Raises:
        NotThere: There is no such category, or no such target.
        Conflict: They are the same, or the target is below the category.
        TooMuch: Something would be too deep.
    """
    with house.store.session() as session:
        target = render_path(categories.path_of_names(session, target_id))
        name = render_path(categories.path_of_names(session, category_id))
        merged = merging.merge_category(session, category_id, target_id, by=who.name)
        emit(
            CategoryMerged(
                merge_id=merged.id,
                name=name,
                target=target,
                categories=merged.categories,
                products=merged.products,
            )
        )
    return merged


def undo_merge(house: House, who: Identity, merge_id: str) -> CategorySeen:
    """Take a merge back.

    Raises:
        NotThere: There was no such merge.
        Conflict: It is taken back already, or what was around it is gone.
    """
    with house.store.session() as session:
        id = merging.undo_merge(session, merge_id, by=who.name)
        name = categories.get_category(session, id).name
        emit(MergeUndone(merge_id=merge_id, id=id, name=name))
    return get_seen(house, id)


def delete(house: House, category_id: int) -> None:
    """Delete a category that has nothing below it and no products.

    Raises:
        NotThere: There is no such category.
        Conflict: It has categories below it, or products.
    """
    with house.store.session() as session:
        path = render_path(categories.path_of_names(session, category_id))
        categories.delete_category(session, category_id)
        emit(CategoryDeleted(id=category_id, path=path))


def _check_free(
    session: Session, name: str, parent_id: int | None, *, but: int | None
) -> None:
    """Refuse a name that a neighbour has: nobody could tell their paths apart."""
    checked = check_text("name", name, at_most=255)
    other = categories.find_branch(session, parent_id, checked)
    if other is not None and other.id != but:
        raise Conflict(
            f"a category {other.name!r} is there already",
            hint="choose another name, or merge them",
            id=other.id,
        )


def _change_rest(row: Category, wanted: CategoryChange) -> list[str]:
    values: dict[str, object] = {}
    if wanted.description is not UNSET:
        values["description"] = _described(wanted.description)
    if wanted.sort_order is not UNSET:
        values["sort_order"] = check_count("sort_order", wanted.sort_order)
    if wanted.is_active is not UNSET:
        values["is_active"] = wanted.is_active
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, values[name])
    return changed


def _placed(sort_order: int | None) -> int | None:
    return None if sort_order is None else check_count("sort_order", sort_order)


def _described(text: str | None) -> str | None:
    if text is None or not text.strip():
        return None
    return check_text("description", text, at_most=MOST_DESCRIPTION)
