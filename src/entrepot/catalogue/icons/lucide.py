"""The drawings that come with the front end: Lucide, by name, with their words.

https://lucide.dev, ISC licence; the bundle has it beside the drawings.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

import entrepot

FILE = Path(entrepot.__file__).parent / "web" / "static" / "build" / "lucide.json"

Node = tuple[str, dict[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """Lines on a field of 24 × 24, to be drawn 2 wide with round ends."""

    nodes: tuple[Node, ...]
    words: tuple[str, ...] = field(default=())


@functools.cache
def drawings() -> dict[str, Drawing]:
    """Return every drawing by name; none where the front end is not built."""
    if not FILE.exists():
        return {}
    return msgspec.json.decode(FILE.read_bytes(), type=dict[str, Drawing])
