"""Whether bytes are a picture: judged by themselves, whatever name or sender says."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO

from entrepot.base.errors import TooMuch
from entrepot.catalogue.images.errors import NoPicture

if TYPE_CHECKING:
    from PIL.Image import Image

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "AVIF")
"""What Pillow may try; each further decoder is a further way in."""

ACCEPTED = "JPEG, PNG, WebP, GIF, BMP, TIFF or AVIF"
HEAD_BYTES = 1024

_NAMES = {"MPO": "jpeg"}
_FAULTS = (
    OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, EOFError,
    AttributeError, OverflowError, ZeroDivisionError, RuntimeError, MemoryError,
    struct.error, zlib.error, Warning,
)  # fmt: skip
"""What decoders raise over bytes that somebody made for them."""


def look_at(file: BinaryIO, *, limit_pixels: int) -> tuple[str, int, int]:
    """Return format, width and height of a picture, from its head alone.

    Raises:
        NoPicture: It is none, or one that is not kept (SVG).
        TooMuch: Unpacked it has more pixels than the limit.
    """
    file.seek(0)
    head = file.read(HEAD_BYTES)
    _refuse_known(head)
    with opened(file, limit_pixels=limit_pixels) as image:
        name = image.format or ""
        return _NAMES.get(name, name.lower()), image.width, image.height


@contextmanager
def opened(file: BinaryIO, *, limit_pixels: int) -> Iterator[Image]:
    """Give a picture whose pixels are not read yet.

    Raises:
        NoPicture: It is none, or what the block reads of it is damaged.
        TooMuch: It has too many pixels.
    """
    from PIL import Image, UnidentifiedImageError

    bombs = (Image.DecompressionBombError, Image.DecompressionBombWarning)
    file.seek(0)
    try:
        with Image.open(file, formats=FORMATS) as image:
            check_pixels(image.width, image.height, limit_pixels)
            yield image
    except UnidentifiedImageError:
        raise NoPicture("these bytes are no picture", hint=f"send {ACCEPTED}") from None
    except bombs as error:
        raise TooMuch(f"the picture has too many pixels: {error}"[:300]) from None
    except _FAULTS as error:
        if isinstance(error, (NoPicture, TooMuch)):
            raise
        raise NoPicture(f"the picture is damaged: {error}"[:300]) from None


def check_pixels(width: int, height: int, limit_pixels: int) -> None:
    """Refuse what would fill the memory.

    Raises:
        TooMuch: There are more pixels than the limit.
        NoPicture: There are none.
    """
    if width < 1 or height < 1:
        raise NoPicture(f"a picture of {width} × {height} pixels has nothing in it")
    if width * height > limit_pixels:
        raise TooMuch(
            f"the picture has {width:,} × {height:,} pixels, more than "
            f"{limit_pixels:,} in all",
            limit_pixels=limit_pixels,
        )


def _refuse_known(head: bytes) -> None:
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if not head:
        raise NoPicture("the file is empty", hint=f"send {ACCEPTED}")
    if b"<svg" in text and text.startswith(b"<"):
        raise NoPicture(
            "this is an SVG, which may hold scripts and is not kept",
            hint=f"send {ACCEPTED}",
        )
    if text.startswith((b"<!doctype html", b"<html")):
        raise NoPicture("this is a web page, not a picture")
    if text.startswith(b"%pdf"):
        raise NoPicture("this is a PDF, not a picture", hint=f"send {ACCEPTED}")
