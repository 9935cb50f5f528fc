"""Words searched in the index: each is the beginning of one; typos are forgiven."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    case,
    func,
    literal,
    literal_column,
    select,
    text,
)
from sqlalchemy.orm import Session

from entrepot.base.errors import Invalid
from entrepot.catalogue.documents.building import fold
from entrepot.catalogue.documents.claims import P
from entrepot.catalogue.documents.refreshing import SEARCH, VECTORS
from entrepot.catalogue.finding.spelling import correct

MOST_WORDS = 12
MOST_CHARACTERS = 500
RANKED = 2_000
"""Hits that are put in order by how well they match; what is beyond comes behind."""

_WORD = re.compile(r"[^\W_]+")
_WEIGHTS = (8.0, 5.0, 3.0, 1.0)
"""Of SKU, name, brand and the other texts."""


@dataclass(frozen=True, slots=True)
class Sought:
    """What is searched.

    Attributes:
        asked: As it was typed.
        words: What is looked up: the typed words, or what they were corrected to.
    """

    asked: str
    words: tuple[str, ...]
    corrected_to: str | None = None


def seek(session: Session, q: str) -> Sought | None:
    """Return what is to be searched for; None for nothing.

    Words that nothing begins with are taken for the nearest ones there are.

    Raises:
        Invalid: It is too long.
    """
    if not q.strip():
        return None
    if len(q) > MOST_CHARACTERS:
        raise Invalid(f"a search has at most {MOST_CHARACTERS} characters")
    words = tuple(_WORD.findall(fold(q)))[:MOST_WORDS]
    sought = Sought(q.strip(), words)
    if not words or _has_hit(session, sought):
        return sought
    corrected = correct(session, words)
    if corrected is None or corrected == words:
        return sought
    return Sought(q.strip(), corrected, " ".join(corrected))


def matches(session: Session, sought: Sought) -> ColumnElement[bool]:
    """Return the condition that a product has all the words."""
    return P.c.id.in_(_hits(session, sought))


def ranked(session: Session, sought: Sought) -> Any:
    """Return `hits`: the `id` and the `rank` of the best matches, the best lowest."""
    if _is_sqlite(session):
        rank: Any = func.bm25(literal_column("catalogue_search"), *_WEIGHTS)
        found = select(SEARCH.c.rowid.label("id"), rank.label("rank"))
        return found.where(_meets(sought)).limit(RANKED).cte("hits")
    rank = -func.ts_rank(VECTORS.c.words, _query(sought))
    found = select(VECTORS.c.product_id.label("id"), rank.label("rank"))
    return found.where(_vector_meets(sought)).limit(RANKED).cte("hits")


def is_exactly(sought: Sought) -> ColumnElement[int]:
    """Return what puts the product first whose SKU or barcode was typed."""
    return case(
        (P.c.sku == sought.asked.upper(), 0), (P.c.upc == sought.asked, 0), else_=1
    )


def count_hits(session: Session, sought: Sought) -> int:
    """Return how many products have the words."""
    found = _hits(session, sought).subquery()
    return session.scalar(select(func.count()).select_from(found)) or 0


def has_many_hits(session: Session, sought: Sought) -> bool:
    """Tell whether there are more than are ranked."""
    few = _hits(session, sought).limit(RANKED).subquery()
    return session.scalar(select(func.count()).select_from(few)) == RANKED


def _has_hit(session: Session, sought: Sought) -> bool:
    found = _hits(session, sought).limit(1)
    return session.execute(found).first() is not None


def _hits(session: Session, sought: Sought) -> Select[int]:
    if _is_sqlite(session):
        return select(SEARCH.c.rowid).where(_meets(sought))
    return select(VECTORS.c.product_id).where(_vector_meets(sought))


def _is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"


def _meets(sought: Sought) -> ColumnElement[bool]:
    # Quoted, a word is a word whatever it says; nothing matches where there is none.
    asked = " ".join(f'"{word}"*' for word in sought.words) or '""'
    return literal_column("catalogue_search").op("MATCH")(asked)


def _vector_meets(sought: Sought) -> ColumnElement[bool]:
    return VECTORS.c.words.op("@@")(_query(sought))


def _query(sought: Sought) -> Any:
    asked = " & ".join(f"{word}:*" for word in sought.words)
    return func.to_tsquery(text("'simple'"), literal(asked))
