"""URLs, read strictly: where one leads, and what is asked there."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass

import httpx

from entrepot.base.errors import Invalid
from entrepot.base.settings import masked_url

PORTS = {"http": 80, "https": 443}
LONGEST = 8_000

_NAME = re.compile(r"(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,62})(\.[a-z0-9_-]{1,63})*")
_ENDS_IN_NUMBER = re.compile(r"(^|\.)(\d+|0x[0-9a-f]*)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where a URL leads.

    Attributes:
        host: In lower case, ASCII, without brackets or the dot at its end.
        path: With its query, as it is sent.
    """

    scheme: str
    host: str
    port: int
    path: bytes

    @property
    def origin(self) -> tuple[str, str, int]:
        """Return what has to be equal for two URLs to lead to the same server."""
        return self.scheme, self.host, self.port

    @property
    def authority(self) -> str:
        """Return host and port as the `Host` header has them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        """Return the address without its query, which may hold a secret."""
        path = self.path.partition(b"?")[0].decode("ascii")
        return f"{self.scheme}://{self.authority}{path}"


def parse_target(text: str, *, base: str = "") -> Target:
    """Read a URL, which may be relative to `base`.

    Numbers that only some programs take for an address (`0x7f.1`, `127.1`,
    `2130706433`) are refused, so that nobody reads the host in another way than we do.

    Raises:
        Invalid: It is none, not of HTTP, or has a name and password inside.
    """
    if len(text) > LONGEST:
        raise Invalid(f"the URL has more than {LONGEST:,} characters")
    try:
        url = httpx.URL(base).join(text) if base else httpx.URL(text)
        host = url.raw_host.decode("ascii").lower().removesuffix(".")
        port = url.port
    except (httpx.InvalidURL, ValueError) as error:
        raise _invalid(text, str(error)) from None
    if url.scheme not in PORTS:
        raise _invalid(text, "it must begin with https:// or http://")
    if url.userinfo:
        raise _invalid(text, "a name or password has no place in it")
    if port is not None and not 0 < port < 65_536:
        raise _invalid(text, f"there is no port {port}")
    _check_host(text, host)
    port = port or PORTS[url.scheme]
    return Target(scheme=url.scheme, host=host, port=port, path=url.raw_path)


def address_in(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """Return the address that a host is in its usual spelling, or None."""
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _check_host(text: str, host: str) -> None:
    if address_in(host) is not None and "%" not in host:
        return
    if _ENDS_IN_NUMBER.search(host):
        raise _invalid(text, f"{host[:80]!r} is no address as it is usually written")
    if not _NAME.fullmatch(host):
        raise _invalid(text, f"{host[:80]!r} is not the name of a host")


def _invalid(text: str, why: str) -> Invalid:
    return Invalid(f"{masked_url(text)[:200]!r} is not a URL to ask: {why}")
