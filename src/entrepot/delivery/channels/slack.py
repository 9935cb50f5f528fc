"""Deliver to Slack, or to what takes the same: an incoming webhook gets a message."""

from __future__ import annotations

import json
from collections.abc import Mapping

from entrepot.base.errors import EntrepotError, Refused, Unavailable
from entrepot.base.fetch.client import fetch
from entrepot.base.fetch.requests import Request
from entrepot.base.fetch.targets import parse_target
from entrepot.base.settings import Settings
from entrepot.delivery.spec import (
    Channel,
    ChannelOption,
    Parcel,
    Sending,
    Sent,
    knobs,
)

ANSWER_BYTES = 16 * 1024
TITLE_CHARACTERS, TEXT_CHARACTERS = 150, 3_000
LATER = (408, 425, 429)
COLOURS = {
    "critical": "#b42318",
    "warning": "#b54708",
    "info": "#175cd3",
    "resolved": "#067647",
}
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


def send(parcel: Parcel, sending: Sending) -> Sent:
    """Post a message; what is secret of the address stands in no answer."""
    request = Request(
        url=sending.secret,
        method="POST",
        body=render_body(parcel),
        headers={"Content-Type": "application/json"},
        limit_bytes=ANSWER_BYTES,
        total_seconds=sending.settings[knobs.WEBHOOK_SECONDS],
        redirects=0,
    )
    host = parse_target(sending.secret).authority
    try:
        answer = fetch(request, sending.settings)
    except EntrepotError as error:
        raise type(error)(_without_path(error.detail, sending.secret, host)) from None
    said = f"{answer.status} {answer.reason}".strip()
    if answer.is_ok:
        return Sent(answer=said)
    kind = Unavailable if answer.status >= 500 or answer.status in LATER else Refused
    why = answer.body.decode("utf-8", "replace").split("\n")[0][:100]
    raise kind(f"{host} answered {said}{': ' if why else ''}{why}")


def check(options: Mapping[str, str], settings: Settings) -> None:
    """There is nothing to be refused beside the address."""


def check_secret(secret: str, settings: Settings) -> None:
    """Refuse what is no URL."""
    parse_target(secret)


def render_body(parcel: Parcel) -> bytes:
    """Return the message: title, lines, and a link."""
    title, text = _escaped(parcel.title), _escaped(parcel.text)
    shown = f"<{parcel.link}|{title}>" if parcel.link else title
    message = {
        "text": title[:TITLE_CHARACTERS],
        "attachments": [
            {
                "color": COLOURS[_tone(parcel)],
                "fallback": title[:TITLE_CHARACTERS],
                "blocks": [_section(f"*{shown}*"), *([_section(text)] if text else [])],
            }
        ],
    }
    return json.dumps(message, ensure_ascii=False).encode("utf-8", "replace")


def _section(text: str) -> dict[str, object]:
    return {
        "type": "section",
        "text": {"type": "mrkdwn", "text": text[:TEXT_CHARACTERS]},
    }


def _tone(parcel: Parcel) -> str:
    if parcel.event.endswith(".resolved"):
        return "resolved"
    severity = str(parcel.facts.get("severity", "info"))
    return severity if severity in COLOURS else "info"


def _escaped(text: str) -> str:
    return "".join(_ESCAPES.get(c, c) for c in text.replace("\0", ""))


def _without_path(detail: str, url: str, host: str) -> str:
    path = url.partition("://")[2].partition("/")[2]
    return detail.replace(f"/{path}", "/***") if path else detail


CHANNEL = Channel(
    name="slack",
    summary="A channel of Slack, or of what takes its webhooks.",
    options=(
        ChannelOption(
            name="url",
            help="The incoming webhook's whole address; kept encrypted.",
            is_secret=True,
        ),
    ),
    send=send,
    check=check,
    check_secret=check_secret,
)
