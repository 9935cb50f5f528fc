"""Deliver to a URL: the facts as JSON, signed so that the other side knows us."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping

from entrepot.base.errors import Refused, Unavailable
from entrepot.base.fetch.client import Fetched, fetch
from entrepot.base.fetch.requests import Request
from entrepot.base.fetch.targets import parse_target
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

ANSWER_BYTES = 64 * 1024
LATER = (408, 425, 429)
"""Statuses below 500 that may be another one later."""
GONE = 410


def send(parcel: Parcel, sending: Sending) -> Sent:
    """Post the facts; an answer of 2xx says that they arrived."""
    body = render_body(parcel, sending)
    request = Request(
        url=sending.options["url"],
        method="POST",
        body=body,
        headers={
            "Content-Type": "application/json",
            "Idempotency-Key": sending.delivery_id,
            "X-Entrepot-Delivery": sending.delivery_id,
            "X-Entrepot-Event": parcel.event,
            "X-Entrepot-Attempt": str(sending.attempt),
            "X-Entrepot-Signature": signature(
                sending.secret, int(now().timestamp()), body
            ),
        },
        limit_bytes=ANSWER_BYTES,
        total_seconds=sending.settings[knobs.WEBHOOK_SECONDS],
    )
    return _judged(fetch(request, sending.settings))


def check(options: Mapping[str, str], settings: Settings) -> None:
    """Refuse what is no URL; where it leads is looked at with every try."""
    parse_target(options["url"])


def render_body(parcel: Parcel, sending: Sending) -> bytes:
    """Return what is sent: the same bytes in every try."""
    said = {
        "id": sending.delivery_id,
        "event": parcel.event,
        "title": parcel.title,
        "text": parcel.text,
        "link": parcel.link,
        "facts": dict(parcel.facts),
    }
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()


def signature(secret: str, timestamp: int, body: bytes) -> str:
    """Return `t=<seconds>,v1=<HMAC-SHA256 of "t.body" in hex>`."""
    signed = b"%d.%s" % (timestamp, body)
    digest = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    return f"t={timestamp},v1={digest}"


def _judged(answer: Fetched) -> Sent:
    said = f"{answer.status} {answer.reason}".strip()
    if answer.is_ok:
        return Sent(answer=said)
    if answer.status >= 500 or answer.status in LATER:
        raise Unavailable(f"{answer.url} answered {said}")
    hint = "it wants no more of these" if answer.status == GONE else None
    raise Refused(f"{answer.url} answered {said}", hint=hint)


CHANNEL = Channel(
    name="webhook",
    summary="A program that is told by HTTP.",
    options=(
        ChannelOption(name="url", help="Gets a POST with JSON; https is wiser."),
        ChannelOption(
            name="secret",
            help="Signs what is sent (HMAC-SHA256); at least 16 characters.",
            is_secret=True,
        ),
    ),
    send=send,
    check=check,
)
