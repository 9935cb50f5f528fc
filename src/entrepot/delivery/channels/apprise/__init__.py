"""Deliver by whatever Apprise knows: chats, phones, pagers.

The library opens its own connections. It runs in a process of its own, where each of
them is checked when it is made: whatever a name means by then, and wherever a redirect
leads, nothing is reached that webhooks may not reach.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Mapping
from urllib.parse import parse_qsl

from entrepot.base.errors import Invalid, Refused, TimedOut, Unavailable
from entrepot.base.fetch import settings as fetch_knobs
from entrepot.base.fetch.addresses import read_allowed
from entrepot.base.fetch.errors import AddressDenied
from entrepot.base.settings import Settings
from entrepot.delivery.channels.apprise.schemas import NEVER, SCHEMAS
from entrepot.delivery.spec import (
    Channel,
    ChannelOption,
    Parcel,
    Sending,
    Sent,
    knobs,
)

COMMAND = (sys.executable, "-P", "-m", "entrepot.delivery.channels.apprise.child")
START_SECONDS = 30.0
"""For the process to begin, which loads the library."""

TITLE_CHARACTERS, TEXT_CHARACTERS = 250, 4_000
TYPES = {"critical": "failure", "warning": "warning", "info": "info"}
_SCHEMA = re.compile(r"([A-Za-z0-9+.-]{1,20})://")


def send(parcel: Parcel, sending: Sending) -> Sent:
    """Let the child send it once."""
    schema = _schema_of(sending.secret)
    severity = str(parcel.facts.get("severity", "info"))
    is_over = parcel.event.endswith(".resolved")
    settings = sending.settings
    read_allowed(settings)  # a network that is none is told here
    errand = {
        "url": sending.secret,
        "title": _clean(parcel.title)[:TITLE_CHARACTERS],
        "body": _body(parcel),
        "type": "success" if is_over else TYPES.get(severity, "info"),
        "networks": settings[fetch_knobs.ALLOWED_NETWORKS],
        "hosts": settings[fetch_knobs.ALLOWED_HOSTS],
        "ca_file": settings[fetch_knobs.CA_FILE],
        "seconds": settings[knobs.WEBHOOK_SECONDS],
    }
    return _judged(schema, _ask(errand, settings[knobs.WEBHOOK_SECONDS]))


def check(options: Mapping[str, str], settings: Settings) -> None:
    """There is nothing to be refused beside the address."""


def check_secret(secret: str, settings: Settings) -> None:
    """Refuse what is no address of one service that may be used.

    Raises:
        Invalid: The service is not on the list, or the address would read a file of
            ours or talk without checking certificates.
    """
    _schema_of(secret)
    if re.search(r"[\s,]", secret):
        raise Invalid("url: one address, without blanks and commas")
    asked = {
        name.lower().lstrip("+-:") for name, _ in parse_qsl(secret.partition("?")[2])
    }
    wrong = sorted(asked & NEVER)
    if wrong:
        raise Invalid(
            f"url: {', '.join(wrong)} may not be set",
            hint="it would read a file here, or loosen what is checked",
        )


def _schema_of(url: str) -> str:
    match = _SCHEMA.match(url)
    schema = match[1].lower() if match else ""
    if schema not in SCHEMAS:
        raise Invalid(
            f"url: {schema or 'it'} is no service that may be used",
            hint="docs/how-to/alerts.md has the list; mail, local commands and what "
            "speaks no HTTP are not on it",
        )
    return schema


def _body(parcel: Parcel) -> str:
    lines = [parcel.text or parcel.title, parcel.link]
    return _clean("\n".join(line for line in lines if line))[:TEXT_CHARACTERS]


def _clean(text: str) -> str:
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def _ask(errand: Mapping[str, object], seconds: float) -> Mapping[str, object]:
    try:
        ended = subprocess.run(
            COMMAND,
            input=json.dumps(errand).encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"PYTHONPATH": ":".join(filter(None, sys.path)), "LANG": "C.UTF-8"},
            timeout=START_SECONDS + seconds,
            check=False,
            process_group=0,
        )
    except subprocess.TimeoutExpired:
        raise TimedOut(f"no answer in {seconds:g} seconds") from None
    try:
        told: Mapping[str, object] = json.loads(ended.stdout)
    except ValueError:
        raise Unavailable(
            f"the process that sends ended with {ended.returncode}"
        ) from None
    return told


def _judged(schema: str, told: Mapping[str, object]) -> Sent:
    status = told.get("status")
    if told.get("is_sent"):
        return Sent(answer=f"taken by {schema}")
    if told.get("denied"):
        raise AddressDenied(
            f"{schema} leads to {told['denied']}, which is not a public address",
            hint=f"{fetch_knobs.ALLOWED_NETWORKS.variable} allows others",
        )
    if told.get("is_wrong"):
        raise Refused(f"the address is none that {schema} can have")
    if (
        isinstance(status, int)
        and 400 <= status < 500
        and status not in (408, 425, 429)
    ):
        raise Refused(f"{schema} answered {status}")
    said = f"answered {status}" if status else "could not be reached"
    raise Unavailable(f"{schema} {said}")


CHANNEL = Channel(
    name="apprise",
    summary="Chats, phones and pagers that Apprise knows.",
    options=(
        ChannelOption(
            name="url",
            help="Apprise's address of one service, e.g. discord://…; kept encrypted.",
            is_secret=True,
        ),
    ),
    send=send,
    check=check,
    check_secret=check_secret,
)
