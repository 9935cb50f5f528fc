"""A file in a folder of this server that feeds may read."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from entrepot.base import ground_settings
from entrepot.base.errors import Denied, Invalid, Missing, Refused
from entrepot.base.settings import Settings
from entrepot.feeds.engines.taking import PIECE_BYTES, Facts, take, unchanged
from entrepot.feeds.spec import Fetched, Fetching, knobs


class PathSource:
    name = "path"
    label = "File on this server"
    summary = "A file below one of the folders that feeds may read."
    needs_address = True

    def check(self, address: str, settings: Settings) -> None:
        """Refuse a path that leads out of the allowed folders."""
        _place(address, settings)

    def fetch(self, asked: Fetching) -> Fetched:
        """Copy the file, as large as it is now."""
        place = _place(asked.address, asked.settings)
        if place.is_dir():
            raise Invalid(f"{asked.address} is no file")
        try:
            # A pipe without a writer would otherwise hold us here.
            handle = os.open(place, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW)
        except FileNotFoundError:
            raise Missing(f"there is no file {asked.address}") from None
        except OSError as error:
            raise Refused(f"{asked.address} cannot be read: {error.strerror}") from None
        with os.fdopen(handle, "rb") as file:
            found = os.fstat(file.fileno())
            if not stat.S_ISREG(found.st_mode):
                raise Invalid(f"{asked.address} is no file")
            modified = f"{found.st_mtime_ns}-{found.st_size}"
            facts = Facts(name=place.name, modified=modified)
            if asked.known.sha256 and modified == asked.known.modified:
                return unchanged(asked, facts)
            return take(_pieces(file, found.st_size), asked, facts)


def _pieces(file: BinaryIO, size: int) -> Iterator[bytes]:
    while size > 0 and (piece := file.read(min(size, PIECE_BYTES))):
        size -= len(piece)
        yield piece


def _place(text: str, settings: Settings) -> Path:
    """Return a path below an allowed folder; links and `..` are followed before."""
    roots = _roots(settings)
    if not text.strip():
        raise Invalid("name the file")
    try:
        place = (roots[0] / Path(text.strip()).expanduser()).resolve()
    except (OSError, RuntimeError, ValueError):
        raise Invalid("the path cannot be followed") from None
    if not any(place.is_relative_to(root) for root in roots):
        raise Denied(
            f"{text} is outside the folders that {knobs.FOLDERS.variable} allows",
            hint="choose one below " + " or ".join(map(str, roots)),
        )
    return place


def _roots(settings: Settings) -> list[Path]:
    named = [part.strip() for part in settings[knobs.FOLDERS].split(":")]
    home = Path(settings[ground_settings.HOME])
    folders = [Path(part).expanduser() for part in named if part]
    return [folder.resolve() for folder in folders or [home / "feeds"]]


SOURCE = PathSource()
