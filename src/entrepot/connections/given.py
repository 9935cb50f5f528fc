"""Connections that settings give: ENTREPOT_CONNECTIONS, and HANA_HOST with others."""

from __future__ import annotations

import json

from sqlalchemy.engine import URL

from entrepot.base.errors import EntrepotError, Invalid
from entrepot.base.settings import Settings
from entrepot.connections import settings as knobs
from entrepot.connections.addresses import Address, parse_address
from entrepot.connections.names import check_name

HANA = "hana"
"""Name of the connection that HANA_HOST gives."""


def read_given(settings: Settings) -> dict[str, Address]:
    """Return the settings' connections by name.

    Raises:
        Invalid: An entry is wrong; the message says which, without its URL.
    """
    given: dict[str, Address] = {}
    for name, url in _pairs(settings[knobs.GIVEN]):
        if name in given:
            raise Invalid(f"{knobs.GIVEN.variable} has {name!r} twice")
        try:
            given[check_name(name)] = parse_address(url, settings)
        except EntrepotError as error:
            raise Invalid(
                f"{knobs.GIVEN.variable}, entry {name!r}: {error.detail}",
                hint=error.hint,
            ) from error
    if settings[knobs.HANA_HOST]:
        if HANA in given:
            raise Invalid(
                f"{knobs.GIVEN.variable} and {knobs.HANA_HOST.variable} both give a "
                f"connection {HANA!r}"
            )
        given[HANA] = _hana(settings)
    return given


def variable_of(name: str, settings: Settings) -> str:
    """Return the variable that gives a connection."""
    is_hana = name == HANA and settings[knobs.HANA_HOST]
    return (knobs.HANA_HOST if is_hana else knobs.GIVEN).variable


def _hana(settings: Settings) -> Address:
    for wanted in (knobs.HANA_USER, knobs.HANA_PASSWORD):
        if not settings[wanted]:
            raise Invalid(
                f"{knobs.HANA_HOST.variable} is set, and {wanted.variable} is not"
            )
    url = hana_url(
        host=settings[knobs.HANA_HOST],
        port=settings[knobs.HANA_PORT],
        user=settings[knobs.HANA_USER],
        schema=settings[knobs.HANA_SCHEMA],
        checks_certificate=settings[knobs.HANA_SSL_VALIDATE],
    )
    try:
        return parse_address(url, settings, password=settings[knobs.HANA_PASSWORD])
    except EntrepotError as error:
        raise Invalid(
            f"{knobs.HANA_HOST.variable}: {error.detail}", hint=error.hint
        ) from error


def hana_url(  # the parts of an address, each named at the call
    *,
    host: str,
    port: int,
    user: str,
    schema: str = "",
    checks_certificate: bool = True,
    encrypts: bool = True,
) -> str:
    """Return the URL of a HANA, without a password."""
    options = {
        "currentSchema": schema,
        "encrypt": "" if encrypts else "false",
        "sslValidateCertificate": "" if checks_certificate else "false",
    }
    url = URL.create(
        HANA,
        username=user,
        host=host,
        port=port,
        query={name: value for name, value in options.items() if value},
    )
    return url.render_as_string(hide_password=False)


def _pairs(text: str) -> list[tuple[str, str]]:
    if text.lstrip().startswith("{"):
        return _json_pairs(text)
    pairs = []
    for place, entry in enumerate(text.split(), start=1):
        name, equals, url = entry.partition("=")
        if not equals:
            raise Invalid(
                f"{knobs.GIVEN.variable}, entry {place}: it has no name",
                hint="write name=url; blanks in a path need the JSON form",
            )
        pairs.append((name, url))
    return pairs


def _json_pairs(text: str) -> list[tuple[str, str]]:
    try:
        pairs: list[tuple[str, object]] = json.loads(text, object_pairs_hook=list)
    except ValueError:
        raise Invalid(f"{knobs.GIVEN.variable} is not a JSON object") from None
    for name, url in pairs:
        if not isinstance(url, str):
            raise Invalid(f"{knobs.GIVEN.variable}, entry {name!r}: no URL text")
    return [(name, str(url)) for name, url in pairs]
