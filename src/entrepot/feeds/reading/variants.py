"""Whether a file has several rows a product, and what makes a SKU where it has none."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise

from entrepot.feeds.reading.headers import field_named, plain
from entrepot.feeds.spec import Grouping

HANDLES = ("handle", "slug", "url handle", "url key", "item group id", "parent sku")

_OWN = re.compile(
    r"\b(sku|price|cost|compare|barcode|upc|ean|gtin|weight|grams|inventory|stock|qty|"
    r"quantity|variant|position|width|height|depth|length|dimensions?|currency)\b|"
    r"^option ?\d* value$|image|picture|alt text"
)
_OPTION = re.compile(r"option ?(?P<number>\d*) (?P<what>name|value)")


def guess_grouping(rows: Mapping[str, Sequence[str]]) -> Grouping | None:
    """Return how rows belong together, where a handle repeats and options tell why.

    Args:
        rows: The texts of each column, row by row, empty where there are none.
    """
    by = next((name for name in rows if plain(name) in HANDLES), "")
    options = option_pairs(tuple(rows))
    if not by or not options or not _repeats(rows[by]):
        return None
    own = {name for name in rows if _OWN.search(plain(name))} | {by}
    told = [n for n in rows if field_named(n) in ("sku", "price")]
    return Grouping(
        by=by,
        told_by=tuple([*told, *(value for _, value in options)]),
        filled=tuple(name for name in rows if name not in own),
        picture=next((n for n in rows if field_named(n) == "featured_image_url"), ""),
        position=next((n for n in rows if plain(n) == "image position"), ""),
        options=options,
    )


def option_pairs(columns: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Return the columns with the names and values of options."""
    found: dict[str, dict[str, str]] = {}
    for name in columns:
        words = re.sub(r"(?<=[a-z])(?=\d)", " ", plain(name))
        if match := _OPTION.fullmatch(words):
            found.setdefault(match["number"], {})[match["what"]] = name
    return tuple(
        (pair["name"], pair["value"]) for pair in found.values() if len(pair) == 2
    )


def guess_sku_columns(
    rows: Mapping[str, Sequence[str]], sku: str, grouping: Grouping | None
) -> tuple[str, ...]:
    """Return the columns that make a SKU where the file's own is missing or empty.

    Args:
        sku: The file's column of SKUs; empty where it has none.
    """
    by = next((name for name in rows if plain(name) in HANDLES), "")
    if grouping is not None:
        by = grouping.by
    has_gaps = not sku or any(not text.strip() for text in rows[sku])
    if not by or not has_gaps or by == sku:
        return ()
    pairs = () if grouping is None else grouping.options
    return (by, *(value for _, value in pairs))


def _repeats(handles: Sequence[str]) -> bool:
    return any(one == other != "" for one, other in pairwise(handles))
