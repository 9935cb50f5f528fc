"""Which rows name a product that an earlier row named already."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

SMALLEST = 1 << 15


class Seen:
    """The keys of all rows so far, 16 bytes each, and their lines."""

    def __init__(self) -> None:
        self._runs: list[tuple[np.ndarray, np.ndarray]] = []
        self._recent: dict[int, int] = {}

    def first_lines(
        self, keys: Sequence[str | None], lines: Sequence[int]
    ) -> dict[int, int]:
        """Return, by place, the line that was the first with a key already seen."""
        found = self._among_runs(keys)
        for place, key in enumerate(keys):
            if key is None or place in found:
                continue
            first = self._recent.setdefault(hash(key), lines[place])
            if first != lines[place]:
                found[place] = first
        if len(self._recent) >= SMALLEST:
            self._settle()
        return found

    def _among_runs(self, keys: Sequence[str | None]) -> dict[int, int]:
        if not self._runs:
            return {}
        hashes = np.fromiter((hash(key) for key in keys), np.int64, len(keys))
        is_there = np.fromiter((key is not None for key in keys), bool, len(keys))
        found: dict[int, int] = {}
        for known, lines in self._runs:
            places = np.searchsorted(known, hashes).clip(max=len(known) - 1)
            for place in np.flatnonzero((known[places] == hashes) & is_there):
                found[int(place)] = int(lines[places[place]])
        return found

    def _settle(self) -> None:
        """Put recent keys into a sorted run, and join runs of like size."""
        run = _sorted(
            np.fromiter(self._recent.keys(), np.int64, len(self._recent)),
            np.fromiter(self._recent.values(), np.int64, len(self._recent)),
        )
        self._recent = {}
        while self._runs and len(self._runs[-1][0]) <= 2 * len(run[0]):
            other = self._runs.pop()
            run = _sorted(
                np.concatenate([other[0], run[0]]), np.concatenate([other[1], run[1]])
            )
        self._runs.append(run)


def _sorted(keys: np.ndarray, lines: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    order = np.argsort(keys, kind="stable")
    return keys[order], lines[order]
