"""Pictures that people send."""

from __future__ import annotations

from pathlib import PurePath
from typing import IO, BinaryIO

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from entrepot.base.events import emit
from entrepot.base.house import House
from entrepot.catalogue.events import ImagesAdded
from entrepot.catalogue.images import blobs, keeping
from entrepot.catalogue.images import settings as knobs
from entrepot.catalogue.images.looking import look_at
from entrepot.catalogue.images.seeing import require_product, seen_of
from entrepot.catalogue.images.sizes import make_sizes
from entrepot.catalogue.images.spec import ALT_CHARACTERS, ImageSeen
from entrepot.catalogue.product_models import ProductImage
from entrepot.jobs import Wanted, submit_job

AT_ONCE_PIXELS = 4_000_000
"""A picture of so many gets its sizes while the sender waits; a larger one by a job."""

MAKE_SIZES = "catalogue.images.sizes"


def upload_image(
    house: House,
    session: Session,
    product_id: int,
    stream: IO[bytes],
    *,
    file_name: str,
    alt_text: str = "",
) -> ImageSeen:
    """Keep a picture that is sent; the same bytes again are the picture that is there.

    Raises:
        NotThere: There is no such product.
        InvalidValue: It is no picture that may be kept.
        TooMuch: It has too many bytes, or too many pixels.
    """
    require_product(session, product_id)
    blob = take(house, stream)
    same = keeping.find_same(session, product_id, blob.sha256)
    if same is not None:
        return seen_of(same)
    if blob.width * blob.height <= AT_ONCE_PIXELS:
        make_sizes(house, blob.sha256)
    else:
        submit_sizes(house, blob.sha256)
    row = ProductImage(product_id=product_id, sort_order=_last(session, product_id))
    row.alt_text = alt_text.strip()[:ALT_CHARACTERS] or None
    keeping.fill(row, blob, file_name=PurePath(file_name.replace("\\", "/")).name)
    session.add(row)
    session.flush()  # the document is made of what is there
    keeping.refresh_products(session, [product_id])
    emit(ImagesAdded(product_id=product_id, images=1))
    return seen_of(row)


def take(house: House, stream: IO[bytes]) -> blobs.Blob:
    """Keep the bytes of a stream, if they are a picture within the limits.

    Raises:
        InvalidValue, TooMuch: They are not.
    """
    with blobs.incoming(house) as file:
        blobs.copy_limited(stream, file, house.settings[knobs.LIMIT])
        return take_file(house, file)


def take_file(house: House, file: BinaryIO) -> blobs.Blob:
    """Keep a file, if it is a picture within the limits.

    Raises:
        InvalidValue, TooMuch: It is not.
    """
    limit = house.settings[knobs.PIXELS]
    format, width, height = look_at(file, limit_pixels=limit)
    sha256, size_bytes = blobs.hash_file(file)
    return blobs.Blob(
        sha256=sha256,
        path=blobs.keep(house, file, sha256, format),
        format=format,
        width=width,
        height=height,
        size_bytes=size_bytes,
    )


def submit_sizes(house: House, sha256: str) -> str:
    """Ask for the job that makes a picture's sizes; return its id."""
    wanted = Wanted(
        kind=MAKE_SIZES,
        parameters={"hashes": [sha256]},
        title="Make the sizes of a picture",
    )
    return submit_job(house, wanted)


def _last(session: Session, product_id: int) -> int:
    last = select(func.max(ProductImage.sort_order) + 1)
    return session.scalar(last.where(ProductImage.product_id == product_id)) or 0
