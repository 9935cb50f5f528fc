"""Deliver into a folder: the file appears there whole, under a name made for it."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from entrepot.base import ground_settings
from entrepot.base.errors import (
    Denied,
    Expired,
    Invalid,
    Refused,
    TooMuch,
    Unavailable,
)
from entrepot.base.files import publish
from entrepot.base.settings import Settings
from entrepot.base.times import now
from entrepot.delivery.spec import (
    Channel,
    ChannelOption,
    Parcel,
    Sending,
    Sent,
    knobs,
)

PLACES = ("name", "extension", "date", "time", "event", "id")
LONGEST = 200

_PLACE = re.compile(r"\{(\w*)\}")
_UNSAFE = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]')


def send(parcel: Parcel, sending: Sending) -> Sent:
    """Write the parcel's file, or its facts as JSON where it has none."""
    folder = _folder(sending.options["folder"], sending.settings)
    name = render_name(sending.options["file_name"], parcel, sending)
    try:
        with _opened(parcel) as source, publish(folder / name) as file:
            shutil.copyfileobj(source, file, 1 << 20)
            os.fchmod(file.fileno(), 0o644)
    except PermissionError as error:
        raise Refused(f"{folder} cannot be written: {error.strerror}") from error
    except TooMuch as error:
        raise Unavailable(error.detail, hint=error.hint) from error
    except OSError as error:
        raise Unavailable(f"{folder} cannot be written: {error.strerror}") from error
    return Sent(answer=f"written as {name}")


def check(options: Mapping[str, str], settings: Settings) -> None:
    """Refuse a folder that may not be written, and names with unknown places."""
    _folder(options["folder"], settings)
    for place in _PLACE.findall(options["file_name"]):
        if place not in PLACES:
            known = ", ".join(f"{{{name}}}" for name in PLACES)
            raise Invalid(f"file_name: {{{place}}} stands for nothing", hint=known)


def render_name(pattern: str, parcel: Parcel, sending: Sending) -> str:
    """Return the name of the file: one name, never a path."""
    stem, _, extension = (parcel.file_name or f"{parcel.event}.json").rpartition(".")
    values = {
        "name": stem or extension,
        "extension": extension if stem else "",
        "date": f"{now():%Y-%m-%d}",
        "time": f"{now():%H%M%S}",
        "event": parcel.event,
        "id": sending.delivery_id,
    }
    name = _PLACE.sub(lambda found: values.get(found[1], ""), pattern)
    name = _UNSAFE.sub("_", name).strip(" .")
    begin, dot, end = name.rpartition(".")
    name = f"{begin[: LONGEST - len(end[:20])]}{dot}{end[:20]}" if begin else name
    return name[: LONGEST + 21] or sending.delivery_id


def _opened(parcel: Parcel) -> BinaryIO:
    if parcel.file is None:
        said = {
            "event": parcel.event,
            "title": parcel.title,
            "text": parcel.text,
            "link": parcel.link,
            "facts": dict(parcel.facts),
        }
        return BytesIO(json.dumps(said, ensure_ascii=False, indent=2).encode())
    try:
        return parcel.file.open("rb")
    except FileNotFoundError as error:
        raise Expired(f"the file {parcel.file_name} is not kept any more") from error


def _folder(text: str, settings: Settings) -> Path:
    """Return a folder below an allowed one; links and `..` are followed before."""
    roots = _roots(settings)
    try:
        folder = (roots[0] / Path(text).expanduser()).resolve()
    except (OSError, RuntimeError, ValueError) as error:
        raise Invalid("the folder's path cannot be followed") from error
    if not any(folder.is_relative_to(root) for root in roots):
        raise Denied(
            f"{text} is outside the folders that {knobs.FOLDERS.variable} allows",
            hint="choose one below " + " or ".join(map(str, roots)),
        )
    return folder


def _roots(settings: Settings) -> list[Path]:
    named = [part.strip() for part in settings[knobs.FOLDERS].split(":")]
    home = Path(settings[ground_settings.HOME])
    folders = [Path(part).expanduser() for part in named if part]
    return [folder.resolve() for folder in folders or [home / "delivered"]]


CHANNEL = Channel(
    name="folder",
    summary="A folder of this server.",
    options=(
        ChannelOption(
            name="folder",
            help="Below those of ENTREPOT_DELIVERY_FOLDERS; made if missing.",
        ),
        ChannelOption(
            name="file_name",
            help="May have {name}, {extension}, {date}, {time}, {event} and {id}; a "
            "file of the same name is replaced.",
            is_required=False,
            default="{name}.{extension}",
        ),
    ),
    send=send,
    check=check,
)
