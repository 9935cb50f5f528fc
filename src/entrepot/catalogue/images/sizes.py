"""The sizes of a picture, as WebP, made of the one that is kept."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from entrepot.base.errors import Missing
from entrepot.base.files import publish
from entrepot.base.house import House
from entrepot.catalogue.images import blobs
from entrepot.catalogue.images import settings as knobs
from entrepot.catalogue.images.looking import opened
from entrepot.catalogue.images.spec import SIZES, Size

if TYPE_CHECKING:
    from PIL.Image import Image

QUALITY = 82
LARGEST_FIRST: tuple[Size, ...] = ("full", "card", "thumb")


def make_sizes(house: House, sha256: str) -> None:
    """Make the sizes that are not there yet; a picture is read once for all of them.

    Raises:
        Missing: The picture is not here.
        NoPicture: It is damaged.
        TooMuch: It has too many pixels, or the disk is full.
    """
    lacking = [s for s in LARGEST_FIRST if not _path(house, sha256, s).exists()]
    if not lacking:
        return
    original = blobs.find_original(house, sha256)
    if original is None:
        raise Missing(f"the file of the picture {sha256[:12]}… is not here")
    limit = house.settings[knobs.PIXELS]
    with (
        original.open("rb") as file,
        opened(file, limit_pixels=limit) as image,
    ):
        pixels = _prepared(image)
        for size in lacking:  # each is made of the larger one before it
            pixels = _shrunk(pixels, SIZES[size])
            _write(pixels, _path(house, sha256, size))


def _path(house: House, sha256: str, size: Size) -> Path:
    return blobs.size_path(house, sha256, size)


def _prepared(image: Image) -> Image:
    """Return the pixels upright, in colours that WebP has.

    A JPEG is unpacked no larger than it is needed: that saves most of the work.
    """
    from PIL import ImageOps

    most = SIZES[LARGEST_FIRST[0]]
    if image.format == "JPEG":
        image.draft("RGB", (most, most))
    upright = ImageOps.exif_transpose(image)
    has_alpha = "A" in upright.getbands() or "transparency" in upright.info
    wanted = "RGBA" if has_alpha else "RGB"
    return upright if upright.mode == wanted else upright.convert(wanted)


def _shrunk(image: Image, most: int) -> Image:
    from PIL import Image

    if max(image.size) <= most:
        return image
    small = image.copy() if image.size[0] * image.size[1] < 1_000_000 else image
    small.thumbnail((most, most), Image.Resampling.LANCZOS, reducing_gap=2.0)
    return small


def _write(image: Image, path: Path) -> None:
    with publish(path) as file:
        image.save(file, "WEBP", quality=QUALITY, method=4)
