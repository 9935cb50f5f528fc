"""By which options the variants of one handle are told apart in a shop."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from entrepot.catalogue.outbound.items import Item

MOST = 3
"""A shop's file has room for so many."""

TITLE = "Title"
"""The option of what has none: a shop wants one all the same."""

_KEY = re.compile(r"[^\W_]+(?:_[^\W_]+)*")
_OPTION = re.compile(r"option ?\d")
_LONGEST = 255

Options = dict[str, str]


def options_of(
    group: Sequence[Item], *, taken: frozenset[str] = frozenset()
) -> list[Options]:
    """Return each variant's options, the same names in the same order for all.

    What somebody named as options comes first, then the attributes that all have and
    that differ; the SKU, as `Title`, where these do not tell every variant apart.

    Args:
        taken: Keys of attributes that go out in columns of their own.
    """
    if len(group) == 1:
        named = dict(list(_declared(group[0]).items())[:MOST])
        return [named or {TITLE: "Default Title"}]
    declared = [_declared(item) for item in group]
    names = [n for n in declared[0] if all(n in one for one in declared)]
    if names:
        return _told(group, declared, names[:MOST])
    texts = [dict(_texts(item, taken)) for item in group]
    names = [
        name
        for name in texts[0]
        if all(name in one for one in texts) and len({one[name] for one in texts}) > 1
    ]
    return _told(group, texts, _telling(texts, names))


def _told(
    group: Sequence[Item], texts: Sequence[Options], names: Sequence[str]
) -> list[Options]:
    """Return the options by these names, with the SKU where it is needed."""
    if names and _different(texts, names) == len(group):
        return [{name: one[name] for name in names} for one in texts]
    some = names[: MOST - 1]
    return [
        {name: one[name] for name in some} | {TITLE: item.sku}
        for item, one in zip(group, texts, strict=True)
    ]


def _telling(texts: Sequence[Options], names: Sequence[str]) -> list[str]:
    """Return the names that tell most variants apart, in the products' own order."""
    if len(names) <= MOST:
        return list(names)
    chosen: list[str] = []
    while len(chosen) < MOST:
        left = [name for name in names if name not in chosen]
        chosen.append(max(left, key=lambda name: _different(texts, [*chosen, name])))
    return [name for name in names if name in chosen]


def _different(texts: Sequence[Options], names: Sequence[str]) -> int:
    return len({tuple(one[name] for name in names) for one in texts})


def _declared(item: Item) -> Options:
    """Return what somebody wrote down as options."""
    attributes = item.attributes
    options = attributes.get("options")
    if isinstance(options, dict):
        return {str(name): str(value) for name, value in options.items()}
    found: Options = {}
    for number in range(1, MOST + 1):
        name = attributes.get(f"option{number}_name")
        value = attributes.get(f"option{number}_value")
        if name and value:
            found[str(name)] = str(value)
    return found


def _texts(item: Item, taken: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Yield the attributes whose names and values come back as they are."""
    for key, value in item.attributes.items():
        name = key.replace("_", " ").capitalize()
        is_plain = _KEY.fullmatch(key) and name.lower().replace(" ", "_") == key
        if not is_plain or key in taken or name == TITLE or _OPTION.match(key):
            continue
        if isinstance(value, str) and _is_told(value):
            yield name, value


def _is_told(value: str) -> bool:
    is_whole = value == value.strip() and value != "Default Title"
    return is_whole and 0 < len(value) <= _LONGEST
