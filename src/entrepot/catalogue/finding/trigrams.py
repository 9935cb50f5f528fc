"""Words that resemble a mistyped one, by PostgreSQL's own `pg_trgm` where it is."""

from __future__ import annotations

import threading
import time
import weakref
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import Engine, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session
from sqlalchemy.types import Text

STALE_SECONDS = 60.0
"""How old what a process keeps of the words may be while products change."""
MOST = 500
"""Mistyped words that are kept of one database."""
WAIT_SECONDS = 1.0
"""How long a search waits for others that look words up: each reads the whole index."""

Counted = tuple[str, int]
"""A word, and how many products have it."""

# Nobody creates it here: that is for whoever owns the database.
_WHERE = text(
    "SELECT quote_ident(n.nspname) FROM pg_extension e "
    "JOIN pg_namespace n ON n.oid = e.extnamespace "
    "WHERE e.extname = 'pg_trgm' AND has_schema_privilege(n.oid, 'USAGE')"
)
_KNOWN = text(
    "SELECT EXISTS (SELECT 1 FROM catalogue_search "
    "WHERE words @@ to_tsquery('simple', :beginning))"
)
_NEAR = (
    "WITH known AS MATERIALIZED (SELECT word, ndoc FROM "
    "ts_stat('SELECT words FROM catalogue_search')) "
    "SELECT typed, word, ndoc FROM unnest(:typed) AS asked (typed) "
    "CROSS JOIN LATERAL (SELECT word, ndoc FROM known ORDER BY "
    "{schema}.similarity(word, typed) DESC, ndoc DESC, word LIMIT :most) AS near"
)


@dataclass(slots=True)
class _Kept:
    """What was looked up in one database, and whose turn it is there."""

    turn: threading.Lock = field(default_factory=threading.Lock)
    near: OrderedDict[str, tuple[float, list[Counted]]] = field(
        default_factory=OrderedDict
    )


_KEPT: weakref.WeakKeyDictionary[Engine, _Kept] = weakref.WeakKeyDictionary()


def find_schema(session: Session) -> str | None:
    """Return where `pg_trgm` is, quoted; None where it is not, or not for us."""
    if session.get_bind().dialect.name != "postgresql":
        return None
    found: str | None = session.scalar(_WHERE)
    return found


def has_beginning(session: Session, word: str) -> bool:
    """Tell whether some product has a word that begins so; letters and digits alone."""
    return bool(session.scalar(_KNOWN, {"beginning": f"{word}:*"}))


def list_near(
    session: Session, schema: str, words: Sequence[str], *, most: int
) -> dict[str, list[Counted]]:
    """Return of each word those of the index that are most like it, the likest first.

    A word has none where too many others are being looked up.
    """
    kept = _KEPT.setdefault(session.get_bind().engine, _Kept())
    if not kept.turn.acquire(timeout=WAIT_SECONDS):
        return {}
    try:
        oldest = time.monotonic() - STALE_SECONDS
        fresh = {w: n for w in words if (n := _fresh(kept, w, oldest)) is not None}
        missing = [word for word in words if word not in fresh]
        if missing:
            fresh |= _look_up(session, schema, missing, most)
            for word in missing:
                kept.near[word] = time.monotonic(), fresh[word]
        while len(kept.near) > MOST:
            kept.near.popitem(last=False)
        return fresh
    finally:
        kept.turn.release()


def _fresh(kept: _Kept, word: str, oldest: float) -> list[Counted] | None:
    read_at, near = kept.near.get(word, (oldest, []))
    return near if read_at > oldest else None


def _look_up(
    session: Session, schema: str, words: Sequence[str], most: int
) -> dict[str, list[Counted]]:
    # The name of the schema comes quoted from the database itself.
    statement = text(_NEAR.format(schema=schema)).bindparams(
        bindparam("typed", type_=ARRAY(Text))
    )
    near: dict[str, list[Counted]] = {word: [] for word in words}
    for typed, word, count in session.execute(
        statement, {"typed": list(words), "most": most}
    ):
        near[typed].append((word, count))
    return near
