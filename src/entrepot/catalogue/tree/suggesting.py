"""Which of our categories one of another tree may mean: by how alike the names are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from entrepot.catalogue.tree.names import fold
from entrepot.catalogue.tree.outline import Outline

_LEAST = 60
_OF_LEAF = 0.75
"""How much the last name says; the names above say the rest."""
_CANDIDATES = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """One of our categories; `likeness` is 0 to 100."""

    category_id: int
    path: str
    likeness: int


class Suggester:
    """Compares paths of others with the whole of our tree."""

    def __init__(self, outline: Outline) -> None:
        self._ids = [node.id for node in outline.nodes]
        self._leaves = [fold(node.name) for node in outline.nodes]
        self._paths = [" > ".join(outline.names(id)) for id in self._ids]
        self._in_order = [_in_order(leaf) for leaf in self._leaves]
        self._folded = [fold(path) for path in self._paths]
        self._by_leaf: dict[str, list[int]] = {}
        self._by_path: dict[str, list[int]] = {}
        for place, leaf in enumerate(self._leaves):
            self._by_leaf.setdefault(leaf, []).append(place)
            self._by_path.setdefault(self._folded[place], []).append(place)

    def find_certain(self, path: Sequence[str]) -> int | None:
        """Return the one of our categories that a path can only mean.

        The whole path is the same, or the last name is, which no other of ours has.
        """
        for known, name in (
            (self._by_path, fold(" > ".join(path))),
            (self._by_leaf, fold(path[-1])),
        ):
            places = known.get(name, ())
            if len(places) == 1:
                return self._ids[places[0]]
        return None

    def suggest(
        self, paths: Sequence[Sequence[str]], limit: int = 3
    ) -> list[list[Suggestion]]:
        """Return the likeliest of our categories for each path, best first."""
        import numpy
        from rapidfuzz import fuzz, process

        if not paths or not self._ids:
            return [[] for _ in paths]
        likeness = process.cdist(
            [_in_order(fold(path[-1])) for path in paths],
            self._in_order,
            scorer=fuzz.ratio,
            score_cutoff=_LEAST,
            dtype=numpy.uint8,
        )
        order = numpy.argsort(-likeness.astype(numpy.int16), axis=1, kind="stable")
        return [
            self._best(path, likeness[row], order[row, :_CANDIDATES].tolist(), limit)
            for row, path in enumerate(paths)
        ]

    def _best(
        self,
        path: Sequence[str],
        likeness: Sequence[int],
        candidates: list[int],
        limit: int,
    ) -> list[Suggestion]:
        from rapidfuzz import fuzz

        whole = fold(" > ".join(path))
        found = []
        for place in candidates:
            if likeness[place] < _LEAST:
                break
            of_path = fuzz.token_set_ratio(whole, self._folded[place])
            both = _OF_LEAF * int(likeness[place]) + (1 - _OF_LEAF) * of_path
            found.append(
                Suggestion(
                    category_id=self._ids[place],
                    path=self._paths[place],
                    likeness=int(both),
                )
            )
        found.sort(key=lambda one: (-one.likeness, one.path))
        return found[:limit]


def _in_order(name: str) -> str:
    """Return a name's words in one order, whatever order they are written in."""
    return " ".join(sorted(name.split()))
