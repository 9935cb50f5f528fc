"""E-mail addresses and people's names, as they are kept."""

from __future__ import annotations

import re

from entrepot.base.errors import Invalid

EMAIL_CHARACTERS = 255
_EMAIL = re.compile(r"[^\s@<>()\[\],;:\\\"]{1,64}@[\w-]+(\.[\w-]+)*")
_ANYWHERE = re.compile(r".+\.[^\W\d_]{2,}")
"""An address whose host has a name on the internet."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def check_email(text: str) -> str:
    """Return an address as it is kept: stripped and in small letters.

    Raises:
        Invalid: It is no address.
    """
    email = text.strip().lower()
    is_long = len(email) > EMAIL_CHARACTERS
    if is_long or not _EMAIL.fullmatch(email) or _CONTROL.search(email):
        raise Invalid(
            f"email: {text[:100]!r} is not an address", hint="write name@example.com"
        )
    return email


def plain(text: str) -> str:
    """Return what somebody typed without what logs and databases choke on."""
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)[:EMAIL_CHARACTERS]


def address_in(text: str) -> str:
    """Return what was typed if it is an address of the internet; else nothing.

    A password with an @ is one of some machine at best.
    """
    is_one = len(text) <= EMAIL_CHARACTERS and _EMAIL.fullmatch(text)
    return text if is_one and _ANYWHERE.fullmatch(text) else ""


def check_name(text: str | None, field: str) -> str | None:
    """Return a person's name stripped, None where nothing is left.

    Raises:
        Invalid: It is long, or has control characters.
    """
    name = (text or "").strip()
    if len(name) > 100 or _CONTROL.search(name):
        raise Invalid(f"{field}: a name has at most 100 characters, without controls")
    return name or None
