"""Page: the pictures of a product: added, described, ordered, fetched again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO, cast

from flask import redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from entrepot.base.errors import EntrepotError, InvalidValue, UnknownName
from entrepot.base.house import House
from entrepot.catalogue import (
    ImageChange,
    ImageSeen,
    change_image,
    delete_image,
    list_images,
    order_images,
    queue_images,
    retry_images,
    submit_fetch,
    upload_image,
)
from entrepot.catalogue.pages.blueprint import bp
from entrepot.catalogue.pages.listing import WRITER, can_write
from entrepot.catalogue.pages.product import PRODUCT
from entrepot.catalogue.pages.product_seen import ProductSeen, load_product
from entrepot.web import problems
from entrepot.web.guard import needs
from entrepot.web.routes import current_house, read_values

IMAGES = f"{PRODUCT}/images"
MOST_FILES = 50
MOST_ADDRESSES = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class ImagesPage:
    """The pictures of a product.

    Attributes:
        addresses: What was written and could not be taken, to be mended.
    """

    seen: ProductSeen
    images: list[ImageSeen]
    can_write: bool
    addresses: str = ""
    problem: dict[str, object] | None = None

    @property
    def failed(self) -> list[ImageSeen]:
        """Return those that could not be had."""
        return [image for image in self.images if image.state == "failed"]

    @property
    def is_waiting(self) -> bool:
        """Tell whether some are still to be fetched."""
        return any(image.state == "pending" for image in self.images)


@bp.get(IMAGES)
@needs("viewer")
def images(id: int) -> str:
    """Show a product's pictures and the state of each."""
    return _show(id)[0]


@bp.post(IMAGES)
@needs(WRITER)
def add_images(id: int) -> Response | tuple[str, int]:
    """Add pictures: files that are sent, addresses to be fetched."""
    text = request.form.get("addresses", "")
    alt_text = request.form.get("alt_text", "").strip()
    files = [file for file in request.files.getlist("file") if file.filename]
    try:
        _add(id, [line.strip() for line in text.splitlines()], files, alt_text)
    except EntrepotError as error:
        return _show(id, addresses=text, error=error)
    return _back(id)


@bp.post(f"{IMAGES}/retry")
@needs(WRITER)
def retry_failed(id: int) -> Response:
    """Fetch all that failed once more."""
    house = current_house()
    with house.store.session() as session:
        submit_fetch(house, retry_images(session, product_id=id))
    return _back(id)


@bp.post(f"{IMAGES}/<int:image_id>")
@needs(WRITER)
def change_picture(id: int, image_id: int) -> Response | tuple[str, int]:
    """Do to one picture what the button says."""
    action = request.form.get("action", "describe")
    house = current_house()
    try:
        if action not in ACTIONS:
            raise UnknownName("action", action, list(ACTIONS))
        with house.store.session() as session:
            ACTIONS[action](house, session, id, image_id)
    except EntrepotError as error:
        return _show(id, error=error)
    return _back(id, "" if action == "remove" else f"image-{image_id}")


def _add(
    id: int, addresses: list[str], files: list[FileStorage], alt_text: str
) -> None:
    wanted = [address for address in addresses if address]
    if not wanted and not files:
        raise InvalidValue("no picture was chosen and no address written")
    if len(files) > MOST_FILES or len(wanted) > MOST_ADDRESSES:
        raise InvalidValue(
            f"at most {MOST_FILES} files and {MOST_ADDRESSES} addresses at once"
        )
    house = current_house()
    with house.store.session() as session:
        for file in files:
            upload_image(
                house,
                session,
                id,
                cast(BinaryIO, file.stream),
                file_name=file.filename or "",
                alt_text=alt_text,
            )
        if wanted:
            found = queue_images(session, id, wanted, alt_text=alt_text)
            waiting = [image.id for image in found if image.state == "pending"]
            submit_fetch(house, waiting)


def _describe(house: House, session: Session, id: int, image_id: int) -> None:
    said = {"alt_text": request.form.get("alt_text", "").strip()}
    change_image(session, id, image_id, read_values(said, ImageChange))


def _feature(house: House, session: Session, id: int, image_id: int) -> None:
    change_image(session, id, image_id, ImageChange(is_featured=True))


def _remove(house: House, session: Session, id: int, image_id: int) -> None:
    delete_image(session, id, image_id)


def _retry(house: House, session: Session, id: int, image_id: int) -> None:
    waiting = retry_images(session, product_id=id, ids=[image_id])
    submit_fetch(house, waiting)


def _move(step: int) -> Callable[[House, Session, int, int], None]:
    def move(house: House, session: Session, id: int, image_id: int) -> None:
        ids = [image.id for image in list_images(session, id)]
        if image_id in ids:
            place = ids.index(image_id)
            ids.insert(max(place + step, 0), ids.pop(place))
        order_images(session, id, ids)

    return move


ACTIONS: dict[str, Callable[[House, Session, int, int], None]] = {
    "describe": _describe,
    "feature": _feature,
    "up": _move(-1),
    "down": _move(1),
    "retry": _retry,
    "remove": _remove,
}


def _back(id: int, anchor: str = "") -> Response:
    there = url_for("catalogue_pages.images", id=id, _anchor=anchor or None)
    return redirect(there, code=303)


def _show(
    id: int, *, addresses: str = "", error: EntrepotError | None = None
) -> tuple[str, int]:
    with current_house().store.read_session() as session:
        page = ImagesPage(
            seen=load_product(session, id),
            images=list_images(session, id),
            can_write=can_write(),
            addresses=addresses,
            problem=problems.describe(error) if error else None,
        )
    text = render_template("catalogue/images.html", page=page)
    return text, problems.status_of(error) if error else 200
