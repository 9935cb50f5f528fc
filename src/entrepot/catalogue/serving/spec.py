"""What can be read of products without decoding them, wherever they are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, Protocol

Kind = Literal["ours", "foreign", "samples"]
"""Of ours more can be asked for than of somebody else's table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """Products in order of their ids.

    Attributes:
        documents: Their JSON, joined by commas; empty where there are none.
        count: How many these are.
        last_id: The last one's; None where there are none.
        has_more: There are others behind it.
    """

    documents: bytes
    count: int
    last_id: int | None
    has_more: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """One product's whole document, and its version where it has one."""

    document: bytes
    version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which products: after an id, or beyond so many; `q` stands in name or words."""

    limit: int
    after: int = 0
    offset: int = 0
    q: str = ""


class Reader(Protocol):
    """Reads what everybody may see, in one state of the source.

    `stamp` names that state, and is empty where nothing tells one from the next.
    """

    @property
    def kind(self) -> Kind:
        """Tell whose products these are."""

    @property
    def stamp(self) -> str:
        """Return the name of the state."""

    def find(self, product_id: int, *, is_public: bool = True) -> Found | None:
        """Return a product's whole document."""

    def read_slice(self, asked: Asked) -> Slice:
        """Return products with their whole documents."""

    def read_briefs(self) -> Iterator[bytes]:
        """Yield every product with the four documented keys, some at a time, joined."""

    def count(self, q: str = "") -> int:
        """Return how many there are."""

    def has_any(self) -> bool:
        """Tell whether there is a product at all, whoever may see it."""
