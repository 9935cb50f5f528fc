"""How two versions of a query differ, line by line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from entrepot.console.saved.spec import VersionSeen

Sign = Literal[" ", "+", "-"]

MOST_CHANGES = 400
"""Lines that came or went; where more did, the whole part between what stayed at both
ends has changed. To look for the fewest takes as long as their number, squared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffLine:
    """A line that stayed (` `), came (`+`) or went (`-`)."""

    sign: Sign
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Diff:
    """What changed from one version to another; parameters as their JSON's lines."""

    from_version: int
    to_version: int
    lines: list[DiffLine]
    parameters: list[DiffLine]


def diff(old: VersionSeen, new: VersionSeen) -> Diff:
    """Return how two versions differ."""
    return Diff(
        from_version=old.version,
        to_version=new.version,
        lines=_lines(old.sql.splitlines(), new.sql.splitlines()),
        parameters=_lines(_parameters(old), _parameters(new)),
    )


def _lines(old: list[str], new: list[str]) -> list[DiffLine]:
    found: list[DiffLine] = []
    a = b = 0
    for here, there in [*_kept(old, new), (len(old), len(new))]:
        found += [DiffLine(sign="-", text=line) for line in old[a:here]]
        found += [DiffLine(sign="+", text=line) for line in new[b:there]]
        found += [DiffLine(sign=" ", text=line) for line in old[here : here + 1]]
        a, b = here + 1, there + 1
    return found


def _kept(old: list[str], new: list[str]) -> list[tuple[int, int]]:
    """Return the places, in both, of each line that stayed, in order."""
    least = min(len(old), len(new))
    head = next((n for n in range(least) if old[n] != new[n]), least)
    rest = least - head
    tail = next((n for n in range(rest) if old[-1 - n] != new[-1 - n]), rest)
    ends = len(old) - tail, len(new) - tail
    inner = _matched(old[head : ends[0]], new[head : ends[1]])
    return [
        *((n, n) for n in range(head)),
        *((head + a, head + b) for a, b in inner),
        *((ends[0] + n, ends[1] + n) for n in range(tail)),
    ]


# Myers, An O(ND) difference algorithm and its variations, 1986.
def _matched(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Return the places of the lines that stay where the fewest change; maybe none."""
    furthest = {1: 0}
    trace: list[dict[int, int]] = []
    for changes in range(min(MOST_CHANGES, len(old) + len(new)) + 1):
        trace.append(dict(furthest))
        for k in range(-changes, changes + 1, 2):
            a = _entered(furthest, k, changes)
            while a < len(old) and 0 <= a - k < len(new) and old[a] == new[a - k]:
                a += 1
            furthest[k] = a
            if a >= len(old) and a - k >= len(new):
                return _walked_back(trace, len(old), len(new))
    return []


def _comes(furthest: dict[int, int], k: int, changes: int) -> bool:
    """Tell whether diagonal `k` is entered by a line that came; else one went."""
    if abs(k) == changes:
        return k == -changes
    return furthest[k - 1] < furthest[k + 1]


def _entered(furthest: dict[int, int], k: int, changes: int) -> int:
    return furthest[k + 1] if _comes(furthest, k, changes) else furthest[k - 1] + 1


def _walked_back(trace: list[dict[int, int]], a: int, b: int) -> list[tuple[int, int]]:
    kept: list[tuple[int, int]] = []
    for changes in range(len(trace) - 1, -1, -1):
        k, furthest = a - b, trace[changes]
        start = _entered(furthest, k, changes)
        while a > start:
            a, b = a - 1, b - 1
            kept.append((a, b))
        a, b = (a, b - 1) if _comes(furthest, k, changes) else (a - 1, b)
    return kept[::-1]


def _parameters(version: VersionSeen) -> list[str]:
    return [
        " ".join(
            part
            for part in (
                f":{one.name} {one.type}",
                f"({one.label})" if one.label else "",
                f"= {one.default}" if one.default is not None else "",
                f"of {', '.join(map(str, one.choices))}" if one.choices else "",
                "" if one.required else "may be empty",
            )
            if part
        )
        for one in version.parameters
    ]
