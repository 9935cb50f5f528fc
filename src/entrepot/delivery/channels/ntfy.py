"""Deliver to a topic of ntfy: people's phones and desktops."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from entrepot.base.errors import Invalid, Refused, Unavailable
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
TITLE_CHARACTERS, TEXT_BYTES = 200, 3_900
"""ntfy turns longer messages into attachments."""

LATER = (408, 425, 429)
PRIORITIES = {"info": 2, "warning": 4, "critical": 5}
USUAL_PRIORITY = 3
TAGS = {
    "info": "information_source",
    "warning": "warning",
    "critical": "rotating_light",
}
RESOLVED = "white_check_mark"
_TOPIC = re.compile(r"[A-Za-z0-9_-]{1,64}")


def send(parcel: Parcel, sending: Sending) -> Sent:
    """Publish as JSON, so that a title may have any letters."""
    headers = {"Content-Type": "application/json"}
    if sending.secret:
        headers["Authorization"] = f"Bearer {sending.secret}"
    request = Request(
        url=sending.options["server"],
        method="POST",
        body=render_body(parcel, sending.options["topic"]),
        headers=headers,
        limit_bytes=ANSWER_BYTES,
        total_seconds=sending.settings[knobs.WEBHOOK_SECONDS],
        redirects=0,
    )
    answer = fetch(request, sending.settings)
    said = f"{answer.status} {answer.reason}".strip()
    if answer.is_ok:
        return Sent(answer=said)
    kind = Unavailable if answer.status >= 500 or answer.status in LATER else Refused
    raise kind(f"{answer.url} answered {said}")


def check(options: Mapping[str, str], settings: Settings) -> None:
    """Refuse what is no server or no topic."""
    parse_target(options["server"])
    if not _TOPIC.fullmatch(options["topic"]):
        raise Invalid("topic: 1 to 64 letters, digits, _ or -")


def render_body(parcel: Parcel, topic: str) -> bytes:
    """Return what is published."""
    severity = str(parcel.facts.get("severity", ""))
    is_over = parcel.event.endswith(".resolved")
    told: dict[str, object] = {
        "topic": topic,
        "title": parcel.title.replace("\0", "")[:TITLE_CHARACTERS],
        "message": _cut(parcel.text or parcel.title),
        "priority": USUAL_PRIORITY
        if is_over
        else PRIORITIES.get(severity, USUAL_PRIORITY),
    }
    tag = RESOLVED if is_over else TAGS.get(severity)
    if tag:
        told["tags"] = [tag]
    if parcel.link:
        told["click"] = parcel.link
    return json.dumps(told, ensure_ascii=False).encode("utf-8", "replace")


def _cut(text: str) -> str:
    clean = text.replace("\0", "").encode("utf-8", "replace")[:TEXT_BYTES]
    return clean.decode("utf-8", "ignore")


CHANNEL = Channel(
    name="ntfy",
    summary="A topic of ntfy, on its own server or on yours.",
    options=(
        ChannelOption(name="topic", help="Letters, digits, _ or -; not to be guessed."),
        ChannelOption(
            name="server",
            help="Its address.",
            is_required=False,
            default="https://ntfy.sh",
        ),
        ChannelOption(
            name="token",
            help="An access token, where the topic wants one; kept encrypted.",
            is_required=False,
            is_secret=True,
        ),
    ),
    send=send,
    check=check,
)
