"""Categories by their names: a path of them as people and feeds write it."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Sequence

from entrepot.base.errors import InvalidValue
from entrepot.catalogue.tree.paths import DEEPEST

BETWEEN = " > "
"""Between two names of a path, as it is written."""

MOST_CHARACTERS = 255

NamePath = tuple[str, ...]
"""Names from a root down, e.g. `("Office Supplies", "Paper")`."""


def fold(name: str) -> str:
    """Return what two spellings of one name share: no case, no needless blanks."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def fold_path(path: Sequence[str]) -> NamePath:
    """Return what two spellings of one path share."""
    return tuple(map(fold, path))


def parse_path(text: str, *, between: str = ">") -> NamePath:
    """Return the names in `Office Supplies > Paper`, the root's first.

    Raises:
        InvalidValue: A level has no name or too long a one, or there are too many.
    """
    return checked_path([part.strip() for part in text.split(between)])


def checked_path(names: Sequence[str]) -> NamePath:
    """Return the names without blanks around them, if categories may be called so.

    Raises:
        InvalidValue: A level has no name or too long a one, or there are too many.
    """
    path = tuple(name.strip() for name in names)
    shown = repr(render_path(path)[:200])
    if not any(path):
        raise InvalidValue("a category has a name", hint="write A > B > C")
    if len(path) > DEEPEST:
        raise InvalidValue(f"{shown} has {len(path)} levels, more than {DEEPEST}")
    for number, name in enumerate(path, start=1):
        if not name:
            raise InvalidValue(
                f"level {number} of {shown} has no name",
                hint="write A > B > C, with a name between every two signs",
            )
        if len(name) > MOST_CHARACTERS:
            raise InvalidValue(
                f"level {number} of {shown} has {len(name)} characters, more than "
                f"{MOST_CHARACTERS}"
            )
    return path


def render_path(path: Sequence[str]) -> str:
    """Return the names as they are written, e.g. `Office Supplies > Paper`."""
    return BETWEEN.join(path)


def digest_of(path: Sequence[str]) -> str:
    """Return what all spellings of a path share, in 32 characters."""
    folded = "\0".join(fold_path(path)).encode()
    return hashlib.blake2b(folded, digest_size=16).hexdigest()
