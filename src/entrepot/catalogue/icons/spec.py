"""What an icon engine has to be, what it is asked for, and what people see."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal

from msgspec import Meta

Style = Literal["modern", "flat", "outlined", "minimal"]
Background = Literal["transparent", "white", "colored"]
Status = Literal["generating", "active", "inactive", "failed"]

STYLES: tuple[Style, ...] = ("modern", "flat", "outlined", "minimal")
BACKGROUNDS: tuple[Background, ...] = ("transparent", "white", "colored")
SMALLEST, LARGEST = 32, 512
LOCAL = "local"
"""The engine that draws here, and costs nothing."""

Color = Annotated[
    str, Meta(pattern=r"^#([0-9A-Fa-f]{3}|[0-9A-Fa-f]{6})$", examples=["#3B82F6"])
]
Side = Annotated[int, Meta(ge=SMALLEST, le=LARGEST)]
Symbol = Annotated[str, Meta(max_length=60, pattern=r"^[a-z0-9-]*$")]
EngineName = Annotated[str, Meta(min_length=1, max_length=50)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How an icon is to look.

    Attributes:
        side: Width and height in pixels.
    """

    style: Style
    color: str
    background: Background
    side: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LookAsked:
    """How an icon is to look; what is not said is as the settings have it.

    Attributes:
        size: Width and height in pixels.
        symbol: The drawing's name; found by the category's words where it is empty,
            and `initials` for none.
    """

    style: Style | None = None
    color: Color | None = None
    background: Background | None = None
    size: Side | None = None
    symbol: Symbol = ""
    model: EngineName = LOCAL


@dataclass(frozen=True, slots=True, kw_only=True)
class IconWish:
    """What an engine is asked to draw.

    Attributes:
        name: The category's.
        above: Names of the categories above it, the root's first.
        symbol: A drawing by name; found by the words where it is empty.
        prompt: The wish in words, as it is kept with the icon.
    """

    name: str
    above: tuple[str, ...]
    look: Look
    symbol: str = ""
    prompt: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """What an engine drew.

    Attributes:
        svg: Empty where it draws in pixels only.
        symbol: What it shows; empty for initials, or where the engine does not say.
        contrast: Of the drawing against what is behind it; 3 or more can be seen.
        color: Of the drawing, which may be another than asked for, to be seen.
        cost: In US dollars.
    """

    png: bytes
    svg: str = ""
    symbol: str = ""
    contrast: float | None = None
    color: str = ""
    cost: Decimal = field(default_factory=Decimal)


@dataclass(frozen=True, slots=True, kw_only=True)
class IconEngine:
    """One way of making icons: a module in `engines`, or of another distribution.

    Attributes:
        draw: Raises `Unavailable` where it may work later, `Refused` where not.
    """

    name: str
    summary: str
    draw: Callable[[IconWish], Drawn]


@dataclass(frozen=True, slots=True, kw_only=True)
class IconSeen:
    """An icon of a category, as people see it.

    Attributes:
        symbol: What it shows; empty for initials.
        contrast: Of the drawing against what is behind it.
        color_used: Of the drawing, where the one asked for could not be seen.
        is_active: False once it is taken away.
        error: Why it failed.
        svg_url, png_url: Empty until it is made.
    """

    id: int
    category_id: int
    category: str
    status: Status
    is_active: bool
    style: str
    color: str
    background: str
    width: int | None
    height: int | None
    format: str
    filename: str
    file_size: int | None
    file_hash: str
    symbol: str
    contrast: float | None
    color_used: str
    prompt: str
    model: str
    generation_time: float | None
    generation_cost: float
    generation_batch_id: str
    created_by: int | None
    error: str
    svg_url: str
    png_url: str
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryIcon:
    """A category, and the icon that holds for it, if one does.

    Attributes:
        trail: Names from the root down, its own last.
        icons: How many it ever had.
    """

    id: int
    name: str
    trail: tuple[str, ...]
    icons: int
    icon: IconSeen | None
