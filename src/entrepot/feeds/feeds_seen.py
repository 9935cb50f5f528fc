"""Feeds as people and programs make, change and see them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated

from msgspec import Meta

from entrepot.feeds.reading import Plan
from entrepot.feeds.seen import ImportSeen
from entrepot.feeds.states import Empty, Missing

Name = Annotated[str, Meta(min_length=1, max_length=100, examples=["supplier"])]
SourceName = Annotated[str, Meta(max_length=20, examples=["url"])]
Address = Annotated[str, Meta(max_length=2000)]
Secret = Annotated[
    str, Meta(max_length=4096, description="Kept encrypted, and never shown again.")
]
Words = Annotated[str, Meta(max_length=500)]
Percent = Annotated[int, Meta(ge=0, le=100)]
Priority = Annotated[int, Meta(ge=0, le=1_000_000)]
Cron = Annotated[str, Meta(max_length=100, examples=["0 6 * * *"])]
Zone = Annotated[str, Meta(max_length=64, examples=["Europe/Berlin"])]


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedWanted:
    """A feed to be made.

    Attributes:
        source: Name of one of the sources, e.g. `url`.
        address: As the source wants it; a password in it is taken out and sealed.
        secret: Password or token; sealed, and never shown again.
        cron: Five fields, when it shall run by itself; empty for never.
    """

    name: Name
    source: SourceName
    address: Address = ""
    secret: Secret = field(default="", repr=False)
    description: Words = ""
    plan: Plan | None = None
    priority: Priority = 100
    missing: Missing = "keep"
    empty: Empty = "keep"
    vanish_percent: Percent = 20
    cron: Cron = ""
    time_zone: Zone = "UTC"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedChange:
    """What shall be different; None leaves it, an empty `cron` ends the schedule."""

    name: Name | None = None
    source: SourceName | None = None
    address: Address | None = None
    secret: Secret | None = field(default=None, repr=False)
    description: Words | None = None
    plan: Plan | None = None
    priority: Priority | None = None
    missing: Missing | None = None
    empty: Empty | None = None
    vanish_percent: Percent | None = None
    is_active: bool | None = None
    cron: Cron | None = None
    time_zone: Zone | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedSeen:
    """A feed.

    Attributes:
        has_secret: One is sealed.
        products: It carries so many now.
        next_at: When it runs by itself; None for never, or while it rests.
        last: Its newest import.
    """

    id: int
    name: str
    description: str
    source: str
    address: str
    has_secret: bool
    plan: Plan | None
    priority: int
    missing: Missing
    empty: Empty
    vanish_percent: int
    is_active: bool
    products: int
    cron: str
    time_zone: str
    next_at: datetime | None
    last: ImportSeen | None
    created_by: str
    created_at: datetime
    updated_at: datetime
