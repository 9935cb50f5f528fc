"""What people see of a picture, what they may change, and the sizes it comes in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta

Size = Literal["thumb", "card", "full"]

SIZES: dict[Size, int] = {"thumb": 96, "card": 400, "full": 1600}
"""The longest side of each, in pixels; a smaller picture stays as small as it is."""

State = Literal["pending", "kept", "failed"]

ALT_CHARACTERS = 255
URL_CHARACTERS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageSeen:
    """A picture of a product, as people see it.

    Attributes:
        state: `pending` (to be fetched), `kept`, or `failed`; `error` then says why.
        position: Lower stands earlier.
        same_as: Id of the picture that has the same bytes, and is shown instead.
        format: `jpeg`, `png`, `webp`, `gif`, …, by its bytes.
        thumb_url, card_url, full_url: Addresses here; empty until it is kept.
    """

    id: int
    product_id: int
    state: State
    error: str
    attempts: int
    url: str
    alt_text: str
    file_name: str
    format: str
    width: int | None
    height: int | None
    size_bytes: int | None
    sha256: str
    position: int
    is_featured: bool
    same_as: int | None
    thumb_url: str
    card_url: str
    full_url: str
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageChange:
    """What is to be different; None stays as it is.

    Attributes:
        is_featured: True lets it stand first, instead of the one that does.
    """

    alt_text: Annotated[str, Meta(max_length=ALT_CHARACTERS)] | None = None
    position: Annotated[int, Meta(ge=0, le=100_000)] | None = None
    is_featured: Literal[True] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageCounts:
    """How many pictures are in each state."""

    pending: int
    kept: int
    failed: int
