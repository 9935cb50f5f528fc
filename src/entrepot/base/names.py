"""Names inside addresses: `~` and two hex digits stand for what would be misread.

A path needs it for `/` (`~2F`) and `~` (`~7E`): servers decode `%2F` too early.
Lists and conditions need it for `,` (`~2C`) and `:` (`~3A`).
"""

from __future__ import annotations

import re

from entrepot.base.errors import Invalid

_CODE = re.compile(r"~([0-9A-Fa-f]{2})?")


def encode_name(name: str, also: str = "") -> str:
    """Return a name with `~`, `/` and the characters of `also` encoded."""
    return "".join(f"~{ord(c):02X}" if c in f"~/{also}" else c for c in name)


def decode_name(text: str) -> str:
    """Return the name that was encoded.

    Raises:
        Invalid: A `~` is not followed by two hex digits.
    """

    def character(match: re.Match[str]) -> str:
        if match[1] is None:
            raise Invalid(f"{text!r}: a ~ is written ~7E", hint="~2F is a slash")
        return chr(int(match[1], 16))

    return _CODE.sub(character, text)


def split_names(text: str) -> list[str]:
    """Return the names of a comma-separated list; empty text has none."""
    return [decode_name(part) for part in text.split(",")] if text else []
