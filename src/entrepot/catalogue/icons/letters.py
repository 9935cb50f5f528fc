"""Letters and digits drawn with one line, so that initials need no font."""

from __future__ import annotations

import re
import unicodedata

WIDTH, HEIGHT, GAP = 8, 12, 3
"""Of a letter's box, and between two, in the units of the paths."""

PATHS = {
    "A": "M0 12 4 0 8 12M1.5 8h5",
    "B": "M0 0v12h4.5a3.2 3.2 0 0 0 0-6.4H0M0 0h4a2.8 2.8 0 0 1 0 5.6",
    "C": "M8 2.5A4.6 4.6 0 0 0 0 4.8v2.4a4.6 4.6 0 0 0 8 2.3",
    "D": "M0 0v12h3.5a4.5 4.5 0 0 0 4.5-4.5v-3A4.5 4.5 0 0 0 3.5 0H0",
    "E": "M8 0H0v12h8M0 5.8h6",
    "F": "M8 0H0v12M0 5.8h6",
    "G": "M8 2.5A4.6 4.6 0 0 0 0 4.8v2.4a4.2 4.2 0 0 0 8 1.4V6.6H4.6",
    "H": "M0 0v12M8 0v12M0 6h8",
    "I": "M4 0v12M1.5 0h5M1.5 12h5",
    "J": "M7 0v8.2a3.5 3.5 0 0 1-7 .4",
    "K": "M0 0v12M8 0 0 7.2M3 4.6 8 12",
    "L": "M0 0v12h8",
    "M": "M0 12V0l4 7 4-7v12",
    "N": "M0 12V0l8 12V0",
    "O": "M4 0a4 4 0 0 1 4 4v4a4 4 0 0 1-8 0V4a4 4 0 0 1 4-4",
    "P": "M0 12V0h4.6a3.4 3.4 0 0 1 0 6.8H0",
    "Q": "M4 0a4 4 0 0 1 4 4v4a4 4 0 0 1-8 0V4a4 4 0 0 1 4-4M5 9l3 3",
    "R": "M0 12V0h4.6a3.3 3.3 0 0 1 0 6.6H0M4.4 6.6 8 12",
    "S": "M8 2.4C7.4 1 6 0 4 0 1.8 0 .2 1.2.2 3S1.8 5.6 4 6s4 1.2 4 3-1.8"
    " 3-4 3C2 12 .6 11 0 9.6",
    "T": "M0 0h8M4 0v12",
    "U": "M0 0v8a4 4 0 0 0 8 0V0",
    "V": "M0 0l4 12L8 0",
    "W": "M0 0l2 12 2-8 2 8L8 0",
    "X": "M0 0l8 12M8 0 0 12",
    "Y": "M0 0l4 6 4-6M4 6v6",
    "Z": "M0 0h8L0 12h8",
    "0": "M4 0a4 4 0 0 1 4 4v4a4 4 0 0 1-8 0V4a4 4 0 0 1 4-4M2 10 6 2",
    "1": "M1.5 2.5 4.5 0v12M1.5 12h6",
    "2": "M0 3a4 3.2 0 0 1 8 .4C8 6.5 0 9 0 12h8",
    "3": "M0 2a4 3.2 0 1 1 4 4 4 3.2 0 1 1-4 4",
    "4": "M6 12V0L0 8.500h8",
    "5": "M8 0H1L.5 5.600a4 3.4 0 1 1-.5 4.4",
    "6": "M7 0C3 1 0 4.5 0 8.200a4 3.8 0 1 0 .6-2",
    "7": "M0 0h8L3 12",
    "8": "M4 0a3.5 2.9 0 0 1 0 5.8 3.5 2.9 0 0 1 0-5.800M4 5.800a4 3.1 0 0"
    " 1 0 6.2 4 3.1 0 0 1 0-6.2",
    "9": "M1 12c4-1 7-4.5 7-8.200a4 3.8 0 1 0-.6 2",
}

_WORD = re.compile(r"[A-Z0-9]+")
_PASSED_OVER = frozenset({"AND", "OF", "THE", "FOR", "UND", "ET", "DE"})


def initials_of(name: str) -> str:
    """Return one or two letters or digits for a name; empty where it has none of ours.

    Accents are left out: `Écriture` is E.
    """
    plain = unicodedata.normalize("NFKD", name).upper()
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    words: list[str] = _WORD.findall(plain)
    telling = [word for word in words if word not in _PASSED_OVER] or words
    if not telling:
        return ""
    if len(telling) == 1:
        return telling[0][:2]
    return telling[0][0] + telling[1][0]
