"""Icons of a category that goes into another one, and may come back."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from entrepot.catalogue.icon_models import Icon

HOLDS = "active"


def take_icons(
    session: Session, source_id: int, target_id: int
) -> tuple[list[int], int | None]:
    """Give a category's icons to another one, whose own holds on if it has one.

    Returns:
        The ids of all that went over, and of the one that held before.
    """
    of_source = select(Icon.id).where(Icon.category_id == source_id)
    ids = list(session.scalars(of_source.order_by(Icon.id)))
    held = _find_holding(session, source_id)
    if held is not None and _find_holding(session, target_id) is not None:
        _change(session, [held], status="inactive")
    _change(session, ids, category_id=target_id)
    return ids, held


def give_icons_back(
    session: Session,
    ids: Sequence[int],
    held: int | None,
    *,
    from_id: int,
    to_id: int,
) -> None:
    """Give the icons that are still there back to the category they came from.

    The one that held there holds again, unless somebody took it away.
    """
    still = select(Icon.id).where(Icon.id.in_(ids), Icon.category_id == from_id)
    back = list(session.scalars(still))
    _change(session, back, category_id=to_id)
    taken_away = select(Icon.id).where(Icon.id == held, ~Icon.is_active)
    if held in back and session.scalar(taken_away) is None:
        others = select(Icon.id).where(Icon.category_id == to_id, Icon.status == HOLDS)
        _change(session, list(session.scalars(others)), status="inactive")
        _change(session, [id for id in back if id == held], status=HOLDS)


def _find_holding(session: Session, category_id: int) -> int | None:
    holding = select(Icon.id).where(
        Icon.category_id == category_id, Icon.status == HOLDS, Icon.is_active
    )
    return session.scalar(holding.order_by(Icon.id.desc()).limit(1))


def _change(session: Session, ids: Sequence[int], **values: object) -> None:
    if ids:
        session.execute(
            update(Icon)
            .where(Icon.id.in_(ids))
            .values(values)
            .execution_options(synchronize_session="fetch")
        )
