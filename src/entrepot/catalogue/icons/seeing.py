"""Icons as people see them, alone or beside their categories."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session, joinedload

from entrepot.base.errors import NotThere
from entrepot.catalogue.category_models import Category
from entrepot.catalogue.icon_models import Icon
from entrepot.catalogue.icons.spec import CategoryIcon, IconSeen, Status
from entrepot.catalogue.tree.paths import ids_of

SYMBOL, CONTRAST, COLOR_USED, ERROR = "symbol", "contrast", "color_used", "error"
"""What stands in an icon's meta data."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IconFilter:
    """Which icons.

    Attributes:
        q: Stands in the category's name, the file's or the wish.
        is_active: None for those taken away as well.
    """

    q: str = ""
    category_id: int | None = None
    status: str | None = None
    style: str | None = None
    model: str | None = None
    batch: str | None = None
    is_active: bool | None = True


@dataclass(frozen=True, slots=True, kw_only=True)
class IconPage:
    """Icons, newest first, and how many there are of all pages."""

    icons: list[IconSeen]
    total: int


def list_icons(
    session: Session, wanted: IconFilter, *, limit: int = 50, offset: int = 0
) -> IconPage:
    """Return a page of icons, newest first."""
    found = _filtered(select(Icon), wanted)
    total = session.scalar(_filtered(select(func.count(Icon.id)), wanted)) or 0
    rows = session.scalars(
        found.options(joinedload(Icon.category))
        .order_by(Icon.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return IconPage(icons=[seen_of(row) for row in rows], total=total)


def get_icon(session: Session, id: int) -> IconSeen:
    """Return one icon.

    Raises:
        NotThere: There is none of this id.
    """
    return seen_of(get_row(session, id))


def get_row(session: Session, id: int) -> Icon:
    """Return the row of one icon.

    Raises:
        NotThere: There is none of this id.
    """
    row = session.get(Icon, id)
    if row is None:
        raise NotThere("icon", str(id), [])
    return row


def list_category_icons(
    session: Session,
    *,
    q: str = "",
    lacking: bool = False,
    limit: int = 60,
    offset: int = 0,
) -> tuple[list[CategoryIcon], int]:
    """Return categories in the tree's order with their icons, and how many there are.

    Args:
        lacking: Only those without an icon that holds.
    """
    conditions: list[ColumnElement[bool]] = [Category.is_active.expression]
    if q:
        conditions.append(Category.name.icontains(q, autoescape=True))
    if lacking:
        conditions.append(~_holding().exists())
    counted = select(func.count()).select_from(Category).where(*conditions)
    order = (Category.level, Category.sort_order, Category.name, Category.id)
    wanted = select(Category).where(*conditions).order_by(*order)
    rows = session.scalars(wanted.limit(limit).offset(offset)).all()
    return _with_icons(session, rows), session.scalar(counted) or 0


def get_category_icon(session: Session, category_id: int) -> CategoryIcon:
    """Return one category with its icon.

    Raises:
        NotThere: There is no such category.
    """
    row = session.get(Category, category_id)
    if row is None:
        raise NotThere("category", str(category_id), [])
    return _with_icons(session, [row])[0]


def list_lacking_ids(session: Session, *, limit: int) -> list[int]:
    """Return ids of categories without an icon that holds, in the tree's order."""
    wanted = select(Category.id).where(Category.is_active, ~_holding().exists())
    order = (Category.level, Category.sort_order, Category.id)
    return list(session.scalars(wanted.order_by(*order).limit(limit)))


def trails(session: Session, rows: Sequence[Category]) -> dict[int, tuple[str, ...]]:
    """Return by id the names from the root down to each category, its own last."""
    above = {id for row in rows for id in ids_of(row.path or "")}
    named = select(Category.id, Category.name).where(Category.id.in_(above))
    names = {id: name for id, name in session.execute(named)}
    return {
        row.id: (
            *(names[id] for id in ids_of(row.path or "")[:-1] if id in names),
            row.name,
        )
        for row in rows
    }


def _holding() -> Select[int]:
    return select(Icon.id).where(
        Icon.category_id == Category.id, Icon.status == "active", Icon.is_active
    )


def _with_icons(session: Session, rows: Sequence[Category]) -> list[CategoryIcon]:
    ids = [row.id for row in rows]
    active = select(Icon).where(
        Icon.category_id.in_(ids), Icon.status == "active", Icon.is_active
    )
    found = session.scalars(active.options(joinedload(Icon.category)))
    icons = {icon.category_id: seen_of(icon) for icon in found}
    counted = (
        select(Icon.category_id, func.count())
        .where(Icon.category_id.in_(ids))
        .group_by(Icon.category_id)
    )
    counts = {id: count for id, count in session.execute(counted)}
    names = trails(session, rows)
    return [
        CategoryIcon(
            id=row.id,
            name=row.name,
            trail=names[row.id],
            icons=counts.get(row.id, 0),
            icon=icons.get(row.id),
        )
        for row in rows
    ]


def _filtered(query: Select[Any], wanted: IconFilter) -> Select[Any]:
    equal = {
        Icon.category_id: wanted.category_id,
        Icon.status: wanted.status,
        Icon.style: wanted.style,
        Icon.model: wanted.model,
        Icon.generation_batch_id: wanted.batch,
        Icon.is_active: wanted.is_active,
    }
    for column, value in equal.items():
        if value is not None:
            query = query.where(column == value)
    if wanted.q:
        named = select(Category.id).where(
            Category.name.icontains(wanted.q, autoescape=True)
        )
        columns = (Icon.filename, Icon.prompt)
        texts = (column.icontains(wanted.q, autoescape=True) for column in columns)
        query = query.where(or_(Icon.category_id.in_(named), *texts))
    return query


def seen_of(icon: Icon) -> IconSeen:
    """Return a row as people see it."""
    known = icon.meta_data or {}
    is_made = icon.status in ("active", "inactive")
    here = f"/api/icons/{icon.id}/file"
    return IconSeen(
        id=icon.id,
        category_id=icon.category_id,
        category=icon.category.name,
        status=cast(Status, icon.status),  # the database allows no other
        is_active=icon.is_active,
        style=icon.style or "",
        color=icon.color or "",
        background=icon.background or "",
        width=icon.width,
        height=icon.height,
        format=icon.format or "",
        filename=icon.filename,
        file_size=icon.file_size,
        file_hash=icon.file_hash or "",
        symbol=known.get(SYMBOL, ""),
        contrast=known.get(CONTRAST),
        color_used=known.get(COLOR_USED, ""),
        prompt=icon.prompt or "",
        model=icon.model or "",
        generation_time=icon.generation_time,
        generation_cost=float(icon.generation_cost or 0),
        generation_batch_id=icon.generation_batch_id or "",
        created_by=icon.created_by,
        error=known.get(ERROR, ""),
        svg_url=f"{here}.svg" if is_made and known.get("has_svg") else "",
        png_url=f"{here}.png" if is_made else "",
        created_at=icon.created_at,
        updated_at=icon.updated_at,
    )
