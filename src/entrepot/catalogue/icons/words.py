"""Which drawing a category's words ask for."""

from __future__ import annotations

import functools
import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from entrepot.catalogue.icons.lucide import drawings

FILE = Path(__file__).parent / "words.toml"

OURS, OURS_PHRASE, NAMED, SAID, PART = 3.0, 4.0, 2.5, 1.0, 0.7
"""How much a match is worth: in our list, a phrase of it, the drawing's name, one of
its words, a part of its name."""

LEAST = 0.9
"""A match that is worth less tells nothing."""

_SPLIT = re.compile(r"\s*(?:[&,/+>|()]|\band\b|\bund\b|\bet\b)\s*", re.IGNORECASE)
_WORD = re.compile(r"[a-z0-9]+")
_SIGNS = re.compile(
    r"^(arrow|align|chevron|square|circle|between|panel|panels|git|corner|move|text|"
    r"list|badge|chart|fold|unfold|flip|separator|signal|octagon|layout|iteration|"
    r"diamond|message|user|folder|file|cloud|calendar|map|mail|clipboard|database|"
    r"shield|bell|book|monitor|house|globe|lock|search|volume|wifi|zoom|copy|wallet|"
    r"scan|tally|heading|receipt|ticket|clock|lens|line)-"
    r"|-(off|x|plus|minus|check|alert|dashed|slash|cog|search|clock|up|down|left|right)$"
)
"""Names of drawings that are signs of programs and not of things."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A drawing, and how well it fits."""

    symbol: str
    score: float


def choose(name: str, above: tuple[str, ...] = ()) -> str:
    """Return the drawing of a category; empty where no word of it asks for one.

    Its own words come first; the categories above it are asked from the nearest up.
    """
    for asked in (name, *reversed(above)):
        found = rank(asked, limit=1)
        if found and found[0].score >= LEAST:
            return found[0].symbol
    return ""


def rank(name: str, *, limit: int = 12) -> list[Choice]:
    """Return the drawings that a name asks for, the best first."""
    scores: dict[str, float] = {}
    index = _index()
    for phrase, weight in _phrases(name):
        for symbol, worth in index.get(phrase, ()):
            scores[symbol] = scores.get(symbol, 0.0) + worth * weight
    best = sorted(scores.items(), key=lambda item: (-item[1], item[0]))
    return [Choice(symbol=symbol, score=score) for symbol, score in best[:limit]]


def _phrases(name: str) -> Iterator[tuple[str, float]]:
    """Yield words and phrases with their weight: a phrase's last word says the most."""
    plain = unicodedata.normalize("NFKD", name.lower())
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    for number, part in enumerate(p for p in _SPLIT.split(plain) if p):
        words = [singular(word) for word in _WORD.findall(part)]
        first = 1.0 if number == 0 else 0.7
        for size in (3, 2):
            for at in range(len(words) - size + 1):
                yield " ".join(words[at : at + size]), 1.5 * first
        for at, word in enumerate(words):
            yield word, first * (1.0 if at == len(words) - 1 else 0.55)


def singular(word: str) -> str:
    """Return an English word as one thing, roughly: `batteries` is `battery`."""
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("ches", "shes", "sses", "xes", "zes")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


Index = Mapping[str, tuple[tuple[str, float], ...]]


@functools.cache
def _index() -> Index:
    """Return by word or phrase which drawings it asks for, and how much."""
    found: dict[str, dict[str, float]] = {}
    known = drawings()

    def add(text: str, symbol: str, worth: float) -> None:
        words = " ".join(singular(word) for word in _WORD.findall(text.lower()))
        if words:
            worths = found.setdefault(words, {})
            worths[symbol] = max(worth, worths.get(symbol, 0.0))

    for symbol, drawing in known.items():
        if _SIGNS.search(symbol):
            continue
        add(symbol, symbol, NAMED)
        for part in symbol.split("-")[:-1] if "-" in symbol else ():
            add(part, symbol, PART)
        for word in drawing.words:
            add(word, symbol, SAID)
    for symbol, words in _ours().items():
        if symbol in known:
            for word in words:
                add(word, symbol, OURS_PHRASE if " " in word else OURS)
    return {word: tuple(sorted(worths.items())) for word, worths in found.items()}


@functools.cache
def _ours() -> dict[str, list[str]]:
    """Return our own list: what each drawing stands for in the trade."""
    return tomllib.loads(FILE.read_text(encoding="utf-8"))
