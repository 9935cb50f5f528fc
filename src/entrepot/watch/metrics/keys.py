"""What numbers are called in a sheet: their kind, their metric, their labels.

Bounds of a histogram belong to its key: what was counted in others does not add up.
"""

from __future__ import annotations

from typing import Literal

import msgspec

Kind = Literal["count", "gauge"]


class Key(msgspec.Struct, frozen=True, array_like=True):
    """The name of some numbers.

    Attributes:
        bounds: Of a histogram: its numbers are one for each bound, one for what is
            beyond the last, and the sum.
    """

    kind: Kind
    name: str
    labels: tuple[str, ...] = ()
    bounds: tuple[float, ...] = ()

    @property
    def width(self) -> int:
        """Return how many numbers it has."""
        return len(self.bounds) + 2 if self.bounds else 1

    def write(self) -> str:
        """Return it as a sheet has it."""
        return msgspec.json.encode(self).decode()


_DECODER = msgspec.json.Decoder(Key)


def parse_key(text: str) -> Key:
    """Read a key of a sheet."""
    return _DECODER.decode(text)


def is_count(text: str) -> bool:
    """Tell whether numbers add up and outlive their process."""
    return text.startswith('["count"')
