"""The words of the catalogue, and which of them somebody meant."""

from __future__ import annotations

import time
import weakref
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from entrepot.catalogue.documents.generation import read_generation
from entrepot.catalogue.finding.trigrams import (
    STALE_SECONDS,
    Counted,
    find_schema,
    has_beginning,
    list_near,
)

MOST_TERMS = 200_000
"""Words that are kept in a process; the commonest."""
SHORTEST = 4
"""Characters of the shortest word in which a typo is forgiven."""
CANDIDATES = 200

_SQLITE = (
    text(
        "CREATE VIRTUAL TABLE IF NOT EXISTS temp.catalogue_terms "
        "USING fts5vocab(main, catalogue_search, row)"
    ),
    text("SELECT term, doc FROM temp.catalogue_terms ORDER BY doc DESC LIMIT :most"),
)
_POSTGRESQL = text(
    "SELECT word, ndoc FROM ts_stat('SELECT words FROM catalogue_search') "
    "ORDER BY ndoc DESC LIMIT :most"
)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Every word of the index, with how many products have it.

    Attributes:
        terms: In order, to find what begins with something.
        spread: By three characters, the words that have them, by place in `terms`.
    """

    generation: int
    read_at: float
    terms: list[str]
    counts: dict[str, int]
    spread: dict[str, list[int]]

    def has_beginning(self, word: str) -> bool:
        """Tell whether some word begins so."""
        at = bisect_left(self.terms, word)
        return at < len(self.terms) and self.terms[at].startswith(word)

    def list_near(self, word: str) -> list[Counted]:
        """Return the words that share most with one, three characters at a time."""
        overlap = Counter(
            place for part in trigrams(word) for place in self.spread.get(part, ())
        )
        terms = (self.terms[place] for place, _ in overlap.most_common(CANDIDATES))
        return [(term, self.counts[term]) for term in terms]


def correct(session: Session, words: tuple[str, ...]) -> tuple[str, ...] | None:
    """Return the words with those that nobody knows replaced; None if one has none.

    PostgreSQL tells what resembles a word where it has `pg_trgm`; elsewhere this
    process keeps the words that there are.
    """
    schema = find_schema(session)
    if schema is not None:
        wrong = {word for word in words if not has_beginning(session, word)}
        if not all(map(_is_word, wrong)):
            return None
        near = list_near(session, schema, sorted(wrong), most=CANDIDATES)
    else:
        known = _vocabulary(session)
        wrong = {word for word in words if not known.has_beginning(word)}
        near = {word: known.list_near(word) for word in wrong if _is_word(word)}
    meant = {word: nearest(word, near.get(word, [])) for word in wrong}
    corrected = tuple(meant.get(word, word) for word in words)
    return None if None in corrected else corrected  # type: ignore[return-value]  # so


def nearest(word: str, candidates: Iterable[Counted]) -> str | None:
    """Return the word that was probably meant, the commonest of the nearest."""
    from rapidfuzz.distance import OSA

    allowed = 1 if len(word) < 6 else 2
    found = [
        (distance, -count, term)
        for term, count in candidates
        if (distance := OSA.distance(word, term, score_cutoff=allowed)) <= allowed
    ]
    return min(found)[2] if found else None


def _is_word(word: str) -> bool:
    return len(word) >= SHORTEST and not word.isdigit()


def trigrams(word: str) -> set[str]:
    """Return every three characters that follow each other, the ends marked."""
    marked = f"  {word} "
    return {marked[at : at + 3] for at in range(len(marked) - 2)}


_READ: weakref.WeakKeyDictionary[Engine, Vocabulary] = weakref.WeakKeyDictionary()
"""What this process read last, of each database."""


def _vocabulary(session: Session) -> Vocabulary:
    engine = session.get_bind().engine
    generation, known = read_generation(session), _READ.get(engine)
    is_fresh = known is not None and (
        known.generation == generation
        or time.monotonic() - known.read_at < STALE_SECONDS
    )
    if known is None or not is_fresh:
        known = _READ[engine] = _read(session, generation)
    return known


def _read(session: Session, generation: int) -> Vocabulary:
    if session.get_bind().dialect.name == "sqlite":
        make, rows = _SQLITE
        session.execute(make)
    else:
        rows = _POSTGRESQL
    found = session.execute(rows, {"most": MOST_TERMS})
    counts = {term: count for term, count in found}
    terms = sorted(counts)
    return Vocabulary(generation, time.monotonic(), terms, counts, _spread(terms))


def _spread(terms: Iterable[str]) -> dict[str, list[int]]:
    spread: dict[str, list[int]] = {}
    for place, term in enumerate(terms):
        if len(term) >= SHORTEST - 1 and not term.isdigit():
            for part in trigrams(term):
                spread.setdefault(part, []).append(place)
    return spread
