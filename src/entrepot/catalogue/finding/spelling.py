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

MOST_TERMS = 200_000
"""Words that are kept in a process; the commonest."""
SHORTEST = 4
"""Characters of the shortest word in which a typo is forgiven."""
CANDIDATES = 200
STALE_SECONDS = 60.0
"""How old the words may be while products change."""

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

    def nearest(self, word: str) -> str | None:
        """Return the word that was probably meant, the commonest of the nearest."""
        from rapidfuzz.distance import OSA

        overlap = Counter(
            place for part in trigrams(word) for place in self.spread.get(part, ())
        )
        allowed = 1 if len(word) < 6 else 2
        found = [
            (distance, -self.counts[term], term)
            for place, _ in overlap.most_common(CANDIDATES)
            if (term := self.terms[place])
            and (distance := OSA.distance(word, term, score_cutoff=allowed)) <= allowed
        ]
        return min(found)[2] if found else None


def correct(session: Session, words: tuple[str, ...]) -> tuple[str, ...] | None:
    """Return the words with those that nobody knows replaced; None if one has none."""
    known = _vocabulary(session)
    corrected: list[str] = []
    for word in words:
        meant: str | None = word
        if not known.has_beginning(word):
            is_word = len(word) >= SHORTEST and not word.isdigit()
            meant = known.nearest(word) if is_word else None
        if meant is None:
            return None
        corrected.append(meant)
    return tuple(corrected)


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
