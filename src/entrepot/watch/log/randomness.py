"""Keys that no name and no shape gives away: they look like chance."""

from __future__ import annotations

import math
import re
from collections import Counter

SHORTEST = 20
LEAST_BITS = 3.5
"""Entropy of a sign, counted in the run itself; of twenty signs 4.3 at most."""
CHANGES = {3: 0.33, 2: 0.4}
"""How often, by how many kinds there are, a small letter, a capital or a digit follows
one of another kind: in chance two of three times, in names one of five."""
LONG, CHANGES_OF_LONG = 32, 0.28
"""Longer runs need fewer: chance is nearer to its mean there."""

_RUN = re.compile(r"(?<![A-Za-z0-9+/_\-])[A-Za-z0-9+/_\-]{20,}={0,2}")
_MARKS = bytes(
    97 if (c < 128 and chr(c).isalnum()) or c in b"+_-" else 32 for c in range(256)
)
_LONG_MARK = b"a" * 16
_HEX = re.compile(r"[0-9a-fA-F\-]*")
_KINDS = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/_-=",
    "a" * 26 + "A" * 26 + "0" * 10 + " " * 5,
)
_CHANGE = re.compile("(?=aA|Aa|a0|0a|A0|0A)")


def has_long_run(text: str) -> bool:
    """Tell whether there is a long run of letters and digits; mostly there is none."""
    return _LONG_MARK in text.encode("utf-8", "replace").translate(_MARKS)


def long_runs(text: str) -> list[str]:
    """Return the long runs of letters and digits in a text, paths included."""
    return _RUN.findall(text)


def hide_random(text: str, instead: str) -> str:
    """Return a text with such runs replaced."""
    return _RUN.sub(lambda run: instead if is_random(run[0]) else run[0], text)


def is_random(run: str) -> bool:
    """Tell whether a run of letters and digits looks like chance, not like a name.

    What could be a digest or an id, of hex digits alone, is none; of a path each part
    is looked at by itself.
    """
    if run[0] == "/":
        parts = run.split("/")
        return any(len(part) >= SHORTEST and is_random(part) for part in parts)
    if _HEX.fullmatch(run):
        return False
    kinds = run.translate(_KINDS)
    count = len(set(kinds) - {" "})
    if count < 2:
        return False
    changes = len(_CHANGE.findall(kinds)) / len(run)
    least = CHANGES_OF_LONG if len(run) >= LONG and count == 3 else CHANGES[count]
    return changes >= least and _bits(run) >= LEAST_BITS


def _bits(run: str) -> float:
    length = len(run)
    shares = (count / length for count in Counter(run).values())
    return -sum(share * math.log2(share) for share in shares)
