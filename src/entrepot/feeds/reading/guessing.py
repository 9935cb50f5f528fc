"""Where each column is likely to go, from its name and from its values."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from entrepot.feeds.reading.attributes import CUSTOM
from entrepot.feeds.reading.headers import LESSER, LEVEL, field_named, near_field, plain
from entrepot.feeds.reading.looks import looks_of
from entrepot.feeds.reading.seen import Looks
from entrepot.feeds.reading.values import kind_of_field

SEVERAL = ("additional_images",)
"""Fields that more than one column may go to without anybody saying so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """Where a column is likely to go; an empty field is for one to leave out."""

    field: str
    confidence: float
    reason: str
    looks: Looks


FITTING: dict[str, tuple[Looks, ...]] = {
    "money": ("money", "number", "integer", "empty"),
    "number": ("money", "number", "integer", "empty", "gtin"),
    "integer": ("integer", "number", "money", "empty", "gtin"),
    "boolean": ("boolean", "integer", "status", "text", "empty"),
    "word": ("status", "boolean", "text", "empty", "integer"),
    "list": ("url", "json", "text", "empty"),
    "object": ("json", "empty"),
}


NEVER = ("boolean", "url", "path", "json", "day")
"""What values of another kind are certainly not, whatever their column is called."""


def guess_all(
    values: Mapping[str, Sequence[str]], *, is_whole: bool
) -> dict[str, Guess]:
    """Return a guess for each column, by some of its values.

    A field is given to one column, the one that is the likeliest; the others become
    attributes of their own name.

    Args:
        is_whole: All values were looked at, so what is empty stays so.
    """
    guesses = {name: _guess(name, texts) for name, texts in values.items()}
    if is_whole:
        guesses = {
            name: _left_out(guess) if _is_empty_attribute(guess) else guess
            for name, guess in guesses.items()
        }
    taken: dict[str, str] = {}
    for name in sorted(guesses, key=lambda n: -guesses[n].confidence):
        guess = guesses[name]
        if not guess.field or guess.field.startswith((f"{CUSTOM}.", "metafields.")):
            continue
        is_level = LEVEL.fullmatch(plain(name)) is not None
        if guess.field in taken and guess.field not in SEVERAL and not is_level:
            reason = f"{taken[guess.field]} goes to {guess.field} already"
            guesses[name] = _attribute(name, guess.looks, reason)
        else:
            taken.setdefault(guess.field, name)
    return _by_values(guesses, values, taken)


def _guess(name: str, texts: Sequence[str]) -> Guess:
    looks = looks_of(texts)
    field = field_named(name)
    if field == "":
        return Guess(field="", confidence=0.9, reason="says nothing of it", looks=looks)
    if field is not None:
        confidence = 0.8 if plain(name) in LESSER else 0.95
        return _fitting(name, field, looks, confidence, "by its name")
    field = near_field(name)
    if field is not None:
        return _fitting(name, field, looks, 0.6, "its name holds that of the field")
    return _attribute(name, looks, "no field is called so")


def _fitting(
    name: str, field: str, looks: Looks, confidence: float, reason: str
) -> Guess:
    """Return the guess, or an attribute where the values cannot be of that field."""
    if field.startswith((f"{CUSTOM}.", "metafields.")):
        return Guess(field=field, confidence=confidence, reason=reason, looks=looks)
    fitting = FITTING.get(kind_of_field(field))
    if fitting is not None and looks not in fitting:
        if confidence < 0.8 or looks in NEVER:
            return _attribute(name, looks, f"its values are no {field}")
        confidence = 0.5
    if looks == "empty":
        confidence *= 0.8
    return Guess(field=field, confidence=confidence, reason=reason, looks=looks)


def _by_values(
    guesses: dict[str, Guess],
    values: Mapping[str, Sequence[str]],
    taken: dict[str, str],
) -> dict[str, Guess]:
    """Give fields that no name tells to columns whose values do."""
    for name, guess in guesses.items():
        found = ""
        if guess.field.startswith(f"{CUSTOM}.") and guess.confidence < 0.5:
            found = _told_by_values(guess.looks, values[name], taken)
        if found:
            taken[found] = name
            guesses[name] = replace(
                guess, field=found, confidence=0.55, reason="by its values"
            )
    return guesses


def _told_by_values(looks: Looks, texts: Sequence[str], taken: dict[str, str]) -> str:
    picture = re.compile(r"\.(jpe?g|png|webp|gif|svg)(\?|$)", re.I)
    if looks == "gtin" and "upc" not in taken:
        return "upc"
    if looks == "path" and "category_path" not in taken:
        return "category_path"
    if looks == "url" and "featured_image_url" not in taken:
        return "featured_image_url" if all(map(picture.search, texts)) else ""
    if looks == "money" and "price" not in taken:
        return "price"
    return ""


def _attribute(name: str, looks: Looks, reason: str) -> Guess:
    key = re.sub(r"[^\w]+", "_", name.strip().lower()).strip("_") or "column"
    return Guess(field=f"{CUSTOM}.{key}", confidence=0.4, reason=reason, looks=looks)


def _is_empty_attribute(guess: Guess) -> bool:
    return guess.looks == "empty" and guess.field.startswith(f"{CUSTOM}.")


def _left_out(guess: Guess) -> Guess:
    return replace(guess, field="", confidence=0.9, reason="it is empty")
