"""`GET /api/products` and `/api/products/<id>`, as the document has them."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import msgspec
from flask import Response, g, request
from flask.blueprints import BlueprintSetupState

from entrepot.base.errors import Invalid
from entrepot.base.house import House
from entrepot.base.version import VERSION
from entrepot.catalogue.api.asked import (
    PARAMETERS,
    ProductsQuery,
    read_asked,
    read_wanted,
)
from entrepot.catalogue.api.blueprint import bp
from entrepot.catalogue.errors import ProductNotFound
from entrepot.catalogue.finding import list_documents
from entrepot.catalogue.serving.nested import nest
from entrepot.catalogue.serving.source import Answer, Source, source_of
from entrepot.catalogue.serving.spec import Found, Reader
from entrepot.catalogue.serving.whole import Whole, write_whole
from entrepot.web import downloads
from entrepot.web.requests import known_as
from entrepot.web.response_cache import KEEPS, READS, STAMP, PublicRead, plain_tags
from entrepot.web.routes import Doc, current_house, route

_MARK = hashlib.blake2b(VERSION.encode(), digest_size=2).hexdigest()
"""Another program may write the same products in another way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """A product with the four documented keys."""

    id: int
    name: str | None
    description: str | None
    image_url: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductQuery:
    """What is told of a product.

    Attributes:
        full: With its category, its pictures and its further facts, out of our own
            database.
    """

    full: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Pagination:
    """Which page of how many, where one was asked for by its number."""

    page: int
    per_page: int
    total: int
    total_pages: int
    has_prev: bool
    has_next: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One page's documents as they go out, and what stands around them."""

    documents: bytes
    next: str | None
    total: int | None
    corrected_to: str | None = None


def stamp_of(house: House) -> str:
    """Return what names the state of the products."""
    return source_of(house).stamp()


READS["/api/products"] = PublicRead(
    endpoint="get_products", stamp=stamp_of, parameters=frozenset(PARAMETERS)
)
READS["/api/products/"] = PublicRead(
    endpoint="get_product", stamp=stamp_of, parameters=frozenset({"full"})
)


@bp.record_once
def begin(state: BlueprintSetupState) -> None:
    """Connect while the application is put together, before anybody asks."""
    house: House | None = state.app.extensions.get("house")
    if house is not None:
        source_of(house).begin()


@route(
    bp,
    "GET",
    "/products",
    Doc(data=Any, query=ProductsQuery, is_public=True, is_bare=True),
)
@known_as("get_products")
def get_products(query: ProductsQuery) -> Response:
    """List the products.

    Without any parameter: a bare array of every product with `id`, `name`,
    `description` and `image_url`. With paging or filters: `data` with whole products,
    and `page` with the address of the next page. `X-Data-Source` says where they were
    read: `db`, `json`, or `json; fallback` while the database is away.
    """
    house = current_house()
    source = source_of(house)
    if not request.args:
        return _send_whole(house, source)
    if query.is_plain and not (query.q and source.has_words):
        answer = source.read(lambda reader: _slice(source, reader, query))
    else:
        answer = _list_found(house, source, query)
    body = _envelope(query, answer.found)
    return _send(body, answer.where, _tag(answer.stamp))


@route(
    bp,
    "GET",
    "/products/<int:id>",
    Doc(
        query=ProductQuery,
        data=dict[str, Any],
        errors=(ProductNotFound,),
        is_public=True,
        is_bare=True,
        path_examples={"id": "1"},
    ),
)
@known_as("get_product")
def get_product(id: int, query: ProductQuery) -> Response:
    """Give one product, the whole of it.

    It has the four documented keys and, out of our own database, all the others. Its
    `ETag` begins with its version, for `If-Match`. Drafts are for people signed in.
    """
    house = current_house()
    source, is_public = source_of(house), g.get("identity") is None

    def step(reader: Reader) -> Found | None:
        found = reader.find(id, is_public=is_public)
        if found is None or not query.full or reader.kind != "ours":
            return found
        with house.store.read_session() as session:
            return Found(nest(session, id, found.document), found.version)

    answer = source.read(step)
    found = answer.found
    if found is None:
        raise ProductNotFound(f"there is no product {id}")
    return _send(found.document, answer.where, _tag_of(found))


def _slice(source: Source, reader: Reader, query: ProductsQuery) -> Listed:
    asked = read_asked(query)
    found = reader.read_slice(asked)
    total = source.count(reader, asked.q) if query.page else None
    next_cursor = str(found.last_id) if found.has_more else None
    return Listed(documents=found.documents, next=next_cursor, total=total)


def _list_found(house: House, source: Source, query: ProductsQuery) -> Answer[Listed]:
    is_public = g.get("identity") is None or not query.status
    wanted = read_wanted(query, is_public=is_public)

    def step(reader: Reader) -> Listed:
        if reader.kind == "samples":
            if query.is_plain:
                return _slice(source, reader, query)
            # They have nothing of what is asked for.
            return Listed(documents=b"", next=None, total=0)
        if reader.kind == "foreign":
            raise Invalid(
                "these products are looked for by q alone, in the order of their ids",
                hint="DATA_SOURCE=db without DB_HOST reads our own, which know more",
            )
        with house.store.read_session() as session:
            page = list_documents(session, wanted)
        return Listed(
            documents=",".join(page.documents).encode(),
            next=page.next,
            total=page.total,
            corrected_to=page.corrected_to,
        )

    return source.read(step)


def _envelope(query: ProductsQuery, listed: Listed) -> bytes:
    page: dict[str, object] = {"next": _next(query, listed), "limit": query.size}
    more: dict[str, object] = {"page": page}
    if listed.corrected_to is not None:
        more["corrected_to"] = listed.corrected_to
    if listed.total is not None:
        page["total"] = listed.total
    if query.page and listed.total is not None:
        more["pagination"] = _pagination(query.page, query.size, listed.total)
    rest = msgspec.json.encode(more)
    head = b'{"success":true,"data":['
    return b"".join((head, listed.documents, b"],", rest[1:]))


def _pagination(page: int, per_page: int, total: int) -> Pagination:
    pages = math.ceil(total / per_page)
    return Pagination(
        page=page,
        per_page=per_page,
        total=total,
        total_pages=pages,
        has_prev=page > 1,
        has_next=page < pages,
    )


def _next(query: ProductsQuery, listed: Listed) -> str | None:
    if query.page:
        if query.page * query.size >= (listed.total or 0):
            return None
        name, place = "page", str(query.page + 1)
    elif listed.next is None:
        return None
    else:
        name, place = "cursor", quote(listed.next, safe="")
    asked: str = request.environ.get("QUERY_STRING", "")
    kept = [pair for pair in asked.split("&") if pair.partition("=")[0] != name]
    return f"{request.path}?{'&'.join([*filter(None, kept), f'{name}={place}'])}"


def _send_whole(house: House, source: Source) -> Response:
    tag = _tag(source.stamp())
    if tag and tag in plain_tags(request.environ.get("HTTP_IF_NONE_MATCH", "")):
        return _send(b"", "", tag)
    whole, where, _ = write_whole(house, source)
    if whole.path is None:
        return _send(whole.body, where, tag)
    return _send_file(whole, where, tag)


def _send_file(whole: Whole, where: str, tag: str) -> Response:
    assert whole.path is not None
    twin, packed = whole.packed, None
    if twin is not None:
        packed = downloads.Packed(path=twin.path, sha256=twin.sha256)
    slot = downloads.hold_slot()
    with slot:
        response = downloads.send_file(
            whole.path,
            slot=slot,
            name="",
            media_type="application/json",
            sha256=whole.sha256,
            headers={"X-Data-Source": where},
            tag=tag,
            packed=packed,
        )
    if not whole.stamp:
        whole.path.unlink()  # it is open already
    elif where == "db" and "Content-Encoding" not in response.headers:
        request.environ[KEEPS] = True  # kept bodies are not packed yet
    return response


def _send(body: bytes, where: str, tag: str) -> Response:
    environ = request.environ
    if tag and "fallback" not in where:
        environ[KEEPS] = True
    else:
        tag = hashlib.blake2b(body, digest_size=12).hexdigest()
    whose = "public" if g.get("identity") is None else "private"
    headers = [("ETag", f'"{tag}"'), ("Cache-Control", f"{whose}, no-cache")]
    if where:
        headers.append(("X-Data-Source", where))
    sent = environ.get("HTTP_IF_NONE_MATCH", "")
    if sent and tag in plain_tags(sent):
        return Response(status=304, headers=headers)
    headers.append(("Content-Type", "application/json"))
    return Response(body, headers=headers)


def _tag(stamp: str) -> str:
    """Return the tag of a list in that state; empty where nothing names it."""
    stamp = request.environ.get(STAMP) or stamp
    who = "a" if g.get("identity") is None else "p"
    return f"{stamp}-{who}{_MARK}" if stamp else ""


def _tag_of(found: Found) -> str:
    digest = hashlib.blake2b(found.document, digest_size=8).hexdigest()
    return digest if found.version is None else f"v{found.version}-{digest}"
