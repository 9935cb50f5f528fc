"""Words for addresses, made from names."""

from __future__ import annotations

import re
import unicodedata

from sqlalchemy import select
from sqlalchemy.orm import Session

from entrepot.catalogue.category_models import Category

LONGEST = 240
"""Characters of a slug before its number."""


def slug_of(name: str) -> str:
    """Return `Büro & Papier` as `buro-papier`; other alphabets keep their letters."""
    plain = unicodedata.normalize("NFKD", name)
    bare = "".join(c for c in plain if not unicodedata.combining(c))
    text = unicodedata.normalize("NFC", bare).casefold()
    return re.sub(r"[\W_]+", "-", text).strip("-")[:LONGEST].strip("-") or "category"


def free_slug(session: Session, name: str) -> str:
    """Return a name's slug that no category has, with `-2` and so on if need be."""
    slug = slug_of(name)
    like = Category.slug.startswith(slug, autoescape=True)
    taken = set(session.scalars(select(Category.slug).where(like)))
    number, free = 1, slug
    while free in taken:
        number += 1
        free = f"{slug}-{number}"
    return free


class Slugs:
    """Gives slugs to many new categories, of which none is given twice."""

    def __init__(self, session: Session) -> None:
        self._taken = set(session.scalars(select(Category.slug)))
        self._last: dict[str, int] = {}

    def take(self, name: str) -> str:
        """Return a name's slug, with `-2` and so on if need be."""
        slug = slug_of(name)
        number, free = self._last.get(slug, 1), slug
        while free in self._taken:
            number += 1
            free = f"{slug}-{number}"
        self._last[slug] = number
        self._taken.add(free)
        return free
