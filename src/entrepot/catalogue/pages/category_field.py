"""A category in a form: one of a list, or found by words where they are too many."""

from __future__ import annotations

from dataclasses import dataclass, field

from werkzeug.datastructures import MultiDict

from entrepot.base.house import House
from entrepot.catalogue.tree import seeing
from entrepot.catalogue.tree.seeing import CategoryLine

SHOWN = 50
MOST_CHARACTERS = 500
WORDS, ASKED = "category_words", "category_asked"
NONE = "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryField:
    """What a form says of a category.

    Attributes:
        id: Its number as text; empty for none, or while it is not clear which.
        words: As they were written; None where the form has a list.
        found: The categories that the words may mean, to choose from.
        total: How many those are.
        wrong: Why it is not clear which one is meant; empty if it is.
    """

    id: str = ""
    words: str | None = None
    found: list[CategoryLine] = field(default_factory=list)
    total: int = 0
    wrong: str = ""


def read_category(house: House, form: MultiDict[str, str], name: str) -> CategoryField:
    """Return the category that a form means; `name` is the field of its number.

    Words that nobody touched leave the number that came with them. Others are a path,
    a number, or find one category; where they find several, these are to choose from.
    """
    words = form.get(WORDS)
    if words is None:
        return CategoryField(id=form.get(name, "").strip())
    words = " ".join(words[:MOST_CHARACTERS].split())
    if words == form.get(ASKED, "") and (name in form or not words):
        return CategoryField(id=form.get(name, "").strip(), words=words)
    if not words or words == NONE or (words.isascii() and words.isdigit()):
        return CategoryField(id=words, words=words)
    return _found(house, words)


def _found(house: House, words: str) -> CategoryField:
    asked = words.replace(">", " ")
    found = seeing.find_categories(house, q=asked, limit=SHOWN)
    exact = [line for line in found.lines if line.path.casefold() == words.casefold()]
    lines = exact or found.lines
    if len(lines) == 1 and (exact or found.total == 1):
        return CategoryField(id=str(lines[0].id), words=lines[0].path)
    total = len(exact) or found.total
    wrong = f"no category has the words {words[:50]!r}"
    if lines:
        wrong = f"{total:,} categories have the words {words[:50]!r}: choose one"
    return CategoryField(words=words, found=lines, total=total, wrong=wrong)
