"""Stored documents on their way out, never decoded, and the version a caller saw."""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec
from flask import Response, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from entrepot.base.errors import Invalid, NotThere
from entrepot.catalogue.editing.values import WHOLE
from entrepot.catalogue.models import Document, Product
from entrepot.web.reply import send_json

_TAG = re.compile(r'(?:W/)?"v(\d{1,9})(?:-[0-9a-f]+)?"')


def read_document(session: Session, product_id: int) -> str:
    """Return a product's document.

    Raises:
        NotThere: There is no such product.
    """
    wanted = select(Document.document).where(Document.product_id == product_id)
    found = session.scalar(wanted)
    if found is None:
        raise NotThere("product", str(product_id), [])
    return found


def send_product(session: Session, product: Product, *, status: int = 200) -> Response:
    """Answer with a product's document and the tag of its version."""
    document = read_document(session, product.id)
    body = b'{"success":true,"data":%b}' % document.encode()
    response = send_json(body, status=status)
    response.headers["ETag"] = f'"v{product.version}"'
    if status == 201:
        response.headers["Location"] = f"/api/products/{product.id}"
    return response


def joined(documents: Iterable[str]) -> bytes:
    """Return documents as a JSON list."""
    return b"[%b]" % ",".join(documents).encode()


def enveloped(named: dict[str, object]) -> bytes:
    """Return an answer of JSON values; bytes are JSON already."""
    raw = {
        name: msgspec.Raw(value) if isinstance(value, bytes) else value
        for name, value in named.items()
    }
    return msgspec.json.encode({"success": True, **raw})


def seen_version() -> int | None:
    """Return the version in `If-Match`; None where it is not sent, or is `*`.

    Raises:
        Invalid: It is no tag of a product.
    """
    sent = request.headers.get("If-Match", "").strip()
    if sent in ("", "*"):
        return None
    match = _TAG.fullmatch(sent)
    if match is None:
        raise Invalid(
            f"If-Match: {sent[:100]!r} is no tag of a product",
            hint='send the ETag of the product as it came, such as "v7"',
        )
    return int(match[1])


def known_id(product_id: int) -> int:
    """Return an id that a product could have.

    Raises:
        NotThere: No product can have it.
    """
    if product_id > WHOLE:
        raise NotThere("product", str(product_id), [])
    return product_id
