"""Icons of categories: which one holds, which are the same, how many there are."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import ColumnExpressionArgument, func, select, update
from sqlalchemy.orm import Session

from entrepot.catalogue.icon_models import Icon
from entrepot.catalogue.words import ICON_MOVES


@dataclass(frozen=True, slots=True, kw_only=True)
class IconStatistics:
    """Icons, counted.

    Attributes:
        active: Those that are not deleted.
        synced: Those that the shop has.
        cost: What making them cost, in US dollars.
    """

    total: int
    active: int
    synced: int
    by_status: dict[str, int]
    by_model: dict[str, int]
    by_style: dict[str, int]
    cost: Decimal


def activate(session: Session, icon: Icon) -> None:
    """Let an icon be the one of its category, instead of the one that was.

    Raises:
        IllegalMove: It failed, so that there is no picture.
    """
    icon.status = "active"
    session.execute(
        update(Icon)
        .where(
            Icon.category_id == icon.category_id,
            Icon.status == "active",
            Icon.id != icon.id,
        )
        .values(status="inactive")
        .execution_options(synchronize_session="fetch")
    )


def soft_delete(icon: Icon) -> None:
    """Take an icon away from people; its row and its file stay."""
    icon.is_active = False
    if icon.status == "active":
        icon.status = "inactive"


def list_duplicates(session: Session) -> list[list[Icon]]:
    """Return the groups of icons that are the same bytes, each oldest first."""
    twice = (
        select(Icon.file_hash)
        .where(Icon.file_hash.is_not(None), Icon.is_active)
        .group_by(Icon.file_hash)
        .having(func.count() > 1)
    )
    same = select(Icon).where(Icon.file_hash.in_(twice), Icon.is_active)
    groups: dict[str, list[Icon]] = {}
    for icon in session.scalars(same.order_by(Icon.file_hash, Icon.id)):
        groups.setdefault(icon.file_hash or "", []).append(icon)
    return list(groups.values())


def get_statistics(session: Session) -> IconStatistics:
    """Count the icons."""
    return IconStatistics(
        total=_count(session),
        active=_count(session, Icon.is_active),
        synced=_count(session, Icon.shopify_image_id.is_not(None)),
        by_status=dict.fromkeys(ICON_MOVES, 0) | _by(session, "status"),
        by_model=_by(session, "model"),
        by_style=_by(session, "style"),
        cost=session.scalar(select(func.sum(Icon.generation_cost))) or Decimal(0),
    )


def _count(session: Session, *conditions: ColumnExpressionArgument[bool]) -> int:
    wanted = select(func.count()).select_from(Icon).where(*conditions)
    return session.scalar(wanted) or 0


def _by(session: Session, name: str) -> dict[str, int]:
    column = getattr(Icon, name)
    counted = select(column, func.count()).where(column.is_not(None)).group_by(column)
    return {word: count for word, count in session.execute(counted.order_by(column))}
