"""`/api/products/<id>/images` and `/api/images`: pictures, states, order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from flask import Response, request
from msgspec import Meta

from entrepot.base.errors import (
    Conflict,
    Denied,
    InvalidValue,
    NotThere,
    TooMuch,
    Unauthenticated,
)
from entrepot.catalogue.api.blueprint import bp
from entrepot.catalogue.api.paging import next_address
from entrepot.catalogue.images import changing, queueing, seeing, uploading
from entrepot.catalogue.images.spec import (
    ALT_CHARACTERS,
    URL_CHARACTERS,
    ImageChange,
    ImageCounts,
    ImageSeen,
    State,
)
from entrepot.web.reply import Cut, Page, render
from entrepot.web.routes import Doc, current_house, route

OF_PRODUCT = "/products/<int:id>/images"
ONE = f"{OF_PRODUCT}/<int:image_id>"
WHO = (Unauthenticated, Denied)
EXAMPLE = {"id": "1", "image_id": "1"}

Url = Annotated[str, Meta(min_length=1, max_length=URL_CHARACTERS)]


@dataclass(frozen=True, slots=True, kw_only=True)
class UrlsAsked:
    """Pictures to be fetched, in their order."""

    urls: Annotated[list[Url], Meta(min_length=1, max_length=100)]
    alt_text: Annotated[str, Meta(max_length=ALT_CHARACTERS)] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderAsked:
    """The pictures' ids in the order that is wanted."""

    ids: Annotated[list[int], Meta(min_length=1, max_length=10_000)]


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadQuery:
    """What the file is called, where it is the body itself."""

    name: Annotated[str, Meta(max_length=255)] = ""
    alt_text: Annotated[str, Meta(max_length=ALT_CHARACTERS)] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImagesQuery:
    """Which pictures of all products; `after` is the last id of the page before."""

    state: State | None = None
    q: Annotated[
        str, Meta(max_length=200, description="Stands in the URL or the reason.")
    ] = ""
    after: Annotated[int, Meta(ge=0)] = 0
    limit: Annotated[int, Meta(ge=1, le=500)] = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryAsked:
    """Which failed pictures are to be fetched again; all where no ids are given."""

    ids: Annotated[list[int], Meta(max_length=10_000)] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Retried:
    """How many wait now, and the job that fetches them."""

    count: int
    job_id: str | None


@route(
    bp,
    "GET",
    OF_PRODUCT,
    Doc(data=list[ImageSeen], errors=(NotThere, *WHO), path_examples=EXAMPLE),
)
def list_product_images(id: int) -> list[ImageSeen]:
    """List a product's pictures: the featured one, then by position."""
    with current_house().store.read_session() as session:
        return seeing.list_images(session, id)


@route(
    bp,
    "POST",
    OF_PRODUCT,
    Doc(
        body=UrlsAsked,
        data=list[ImageSeen],
        status=202,
        role="analyst",
        errors=(NotThere, InvalidValue, *WHO),
        path_examples=EXAMPLE,
    ),
)
def add_product_images(id: int, body: UrlsAsked) -> list[ImageSeen]:
    """Have pictures fetched by a job; each has its state, and a reason if it fails."""
    house = current_house()
    with house.store.session() as session:
        found = queueing.queue_images(session, id, body.urls, alt_text=body.alt_text)
        waiting = [one.id for one in found if one.state == "pending"]
        queueing.submit_fetch(house, waiting)
    return found


@route(
    bp,
    "POST",
    f"{OF_PRODUCT}/upload",
    Doc(
        query=UploadQuery,
        data=ImageSeen,
        status=201,
        role="analyst",
        errors=(NotThere, InvalidValue, TooMuch, *WHO),
        path_examples=EXAMPLE,
    ),
)
def upload_product_image(id: int, query: UploadQuery) -> ImageSeen:
    """Send a picture: the form field `file`, or the body itself with `name`.

    JPEG, PNG, WebP, GIF, BMP, TIFF and AVIF, by their bytes whatever the name says.
    The same bytes again are the picture that is there.
    """
    house = current_house()
    sent = None if query.name else request.files.get("file")
    if not query.name and (sent is None or not sent.filename):
        raise InvalidValue(
            "file: a picture is wanted",
            hint="as multipart/form-data, or as the body with ?name=",
        )
    with house.store.session() as session:
        return uploading.upload_image(
            house,
            session,
            id,
            sent.stream if sent else request.stream,
            file_name=(sent.filename or "") if sent else query.name,
            alt_text=query.alt_text or request.form.get("alt_text", ""),
        )


@route(
    bp,
    "POST",
    f"{OF_PRODUCT}/order",
    Doc(
        body=OrderAsked,
        data=list[ImageSeen],
        role="analyst",
        errors=(NotThere, *WHO),
        path_examples=EXAMPLE,
    ),
)
def order_product_images(id: int, body: OrderAsked) -> list[ImageSeen]:
    """Put a product's pictures into an order; those not named come after."""
    with current_house().store.session() as session:
        return changing.order_images(session, id, body.ids)


@route(
    bp,
    "PATCH",
    ONE,
    Doc(
        body=ImageChange,
        data=ImageSeen,
        role="analyst",
        errors=(NotThere, Conflict, *WHO),
        path_examples=EXAMPLE,
    ),
)
def change_product_image(id: int, image_id: int, body: ImageChange) -> ImageSeen:
    """Change a picture's alt text or position, or let it stand first."""
    with current_house().store.session() as session:
        return changing.change_image(session, id, image_id, body)


@route(
    bp,
    "DELETE",
    ONE,
    Doc(status=204, role="analyst", errors=(NotThere, *WHO), path_examples=EXAMPLE),
)
def delete_product_image(id: int, image_id: int) -> Response:
    """Remove a picture of a product."""
    with current_house().store.session() as session:
        changing.delete_image(session, id, image_id)
    return Response(status=204)


@route(
    bp,
    "POST",
    f"{ONE}/retry",
    Doc(
        data=ImageSeen,
        status=202,
        role="analyst",
        errors=(NotThere, Conflict, *WHO),
        path_examples=EXAMPLE,
    ),
)
def retry_product_image(id: int, image_id: int) -> ImageSeen:
    """Fetch a picture that failed once more."""
    house = current_house()
    with house.store.session() as session:
        seen = seeing.get_image(session, id, image_id)
        if seen.state != "failed" or not seen.url:
            raise Conflict(f"the picture {image_id} is {seen.state}, not failed")
        waiting = changing.retry_images(session, ids=[image_id])
        queueing.submit_fetch(house, waiting)
        return seeing.get_image(session, id, image_id)


@route(
    bp,
    "GET",
    "/images",
    Doc(query=ImagesQuery, data=list[ImageSeen], is_paged=True, errors=WHO),
)
def list_all_images(query: ImagesQuery) -> Page:
    """List pictures of all products by id, e.g. those that failed and why."""
    with current_house().store.read_session() as session:
        found = seeing.find_images(
            session,
            state=query.state,
            q=query.q,
            after=query.after,
            limit=query.limit + 1,
        )
    following = None
    if len(found) > query.limit:
        found = found[: query.limit]
        following = next_address(after=found[-1].id)
    return Page(found, Cut(next=following, limit=query.limit))


@route(bp, "GET", "/images/states", Doc(data=ImageCounts, errors=WHO))
def count_image_states() -> ImageCounts:
    """Count the pictures of all products by state."""
    with current_house().store.read_session() as session:
        return seeing.count_states(session)


@route(
    bp,
    "POST",
    "/images/retry",
    Doc(
        body=RetryAsked,
        data=Retried,
        status=202,
        role="analyst",
        errors=WHO,
        is_body_optional=True,
    ),
)
def retry_all_images(body: RetryAsked) -> Response:
    """Fetch pictures that failed once more: these, or all of them."""
    house = current_house()
    with house.store.session() as session:
        waiting = changing.retry_images(session, ids=body.ids)
        job = queueing.submit_fetch(house, waiting)
    return render(Retried(count=len(waiting), job_id=job), status=202)
