"""The categories that a form offers, as long as they are few enough to be read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from entrepot.catalogue.category_models import Category
from entrepot.catalogue.tree.names import render_path

MOST_CHOICES = 500
INDENT = "\u2003"


@dataclass(frozen=True, slots=True)
class CategoryChoice:
    """A category as a choice, indented by its level."""

    id: int
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryChoices:
    """What a form offers.

    Attributes:
        listed: Each below the one that it is in; empty where there are too many.
        count: How many categories there are.
        chosen: The names from the root down to the one that is chosen now.
    """

    listed: list[CategoryChoice]
    count: int
    chosen: str

    @property
    def is_list(self) -> bool:
        """Tell whether all of them are offered."""
        return len(self.listed) == self.count


def list_category_choices(
    session: Session, chosen: int | None = None
) -> CategoryChoices:
    """Return the categories for a form."""
    count = session.scalar(select(func.count()).select_from(Category)) or 0
    return CategoryChoices(
        listed=_listed(session) if count <= MOST_CHOICES else [],
        count=count,
        chosen=category_path(session, chosen),
    )


def _listed(session: Session) -> list[CategoryChoice]:
    wanted = select(Category.id, Category.parent_id, Category.name)
    below: dict[int | None, list[tuple[int, str]]] = {}
    for id, parent_id, name in session.execute(
        wanted.order_by(Category.sort_order, Category.name, Category.id)
    ):
        below.setdefault(parent_id, []).append((id, name))
    return list(_walk(below, None, 0))


def _walk(
    below: dict[int | None, list[tuple[int, str]]], parent: int | None, level: int
) -> Iterator[CategoryChoice]:
    for id, name in below.get(parent, []):
        yield CategoryChoice(id, INDENT * level + name)
        yield from _walk(below, id, level + 1)


def category_path(session: Session, chosen: int | None) -> str:
    """Return the names from the root down to a category; empty for none."""
    names: list[str] = []
    while chosen is not None:
        found = session.get(Category, chosen)
        if found is None:
            break
        names.append(found.name)
        chosen = found.parent_id
    return render_path(names[::-1])
