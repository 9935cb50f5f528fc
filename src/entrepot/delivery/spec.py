"""What a channel has to be, and what goes out through one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from entrepot.base.settings import Settings
from entrepot.delivery import settings as knobs

__all__ = [
    "Channel",
    "ChannelOption",
    "Check",
    "CheckSecret",
    "Parcel",
    "Send",
    "Sending",
    "Sent",
    "knobs",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """Something to be sent.

    Attributes:
        event: What happened, e.g. `export.completed`.
        title: One line for people.
        text: Some lines for people.
        facts: JSON values for programs.
        file: To be sent along where the channel can; else the link is.
        link: Address of the same thing in Entrepôt, absolute where it is known.
    """

    event: str
    title: str
    text: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)
    file: Path | None = None
    file_name: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """What a channel is told beside the parcel.

    Attributes:
        delivery_id: The same in every try, so that the other side can tell them.
        options: A value for each of the channel's options.
        secret: In the clear; empty where there is none.
    """

    delivery_id: str
    attempt: int
    options: Mapping[str, str]
    secret: str = field(default="", repr=False)
    settings: Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What the other side said, in a few words, e.g. `202 Accepted`."""

    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelOption:
    """One thing a destination of this channel has to say.

    Attributes:
        is_secret: Kept sealed, never shown.
    """

    name: str
    help: str
    is_required: bool = True
    is_secret: bool = False
    default: str = ""


class Send(Protocol):
    """Send a parcel once.

    Raises:
        Unavailable: It may work later.
        EntrepotError: Of any other kind: it will not.
    """

    def __call__(self, parcel: Parcel, sending: Sending) -> Sent: ...


class Check(Protocol):
    """Refuse options that cannot work.

    Raises:
        Invalid, Refused: They cannot.
    """

    def __call__(self, options: Mapping[str, str], settings: Settings) -> None: ...


class CheckSecret(Protocol):
    """Refuse a secret that cannot work; what is said of it does not tell it.

    Raises:
        Invalid, Refused: It cannot.
    """

    def __call__(self, secret: str, settings: Settings) -> None: ...


def any_secret(secret: str, settings: Settings) -> None:
    """Take every secret."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One way of sending things out.

    Attributes:
        check_secret: Called where a secret is given, e.g. an address that holds one.
    """

    name: str
    summary: str
    options: tuple[ChannelOption, ...]
    send: Send
    check: Check
    check_secret: CheckSecret = any_secret
