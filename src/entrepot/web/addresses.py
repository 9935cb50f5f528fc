"""Network addresses: as networks people write, as callers we count, allowed or not."""

from __future__ import annotations

import functools
import ipaddress
from dataclasses import dataclass

from flask import Flask, request

from entrepot.base.errors import Denied, Invalid
from entrepot.base.settings import Settings
from entrepot.web import settings as knobs

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

IPV6_PREFIX = 64
"""Of IPv6 one caller has at least so much: the rest of the bits is theirs to choose."""


def parse_address(text: str) -> Address | None:
    """Return an address, IPv4 also where it is mapped into IPv6; None if it is none."""
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = getattr(address, "ipv4_mapped", None)
    return mapped or address


@dataclass(frozen=True, slots=True)
class Networks:
    """Networks that somebody listed."""

    networks: tuple[Network, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.networks)

    def __contains__(self, address: Address | None) -> bool:
        return address is not None and any(address in n for n in self.networks)


def parse_networks(text: str, variable: str) -> Networks:
    """Read addresses and networks that are separated by commas or blanks.

    Raises:
        Invalid: One of them is none; the variable is named.
    """
    found = []
    for word in text.replace(",", " ").split():
        try:
            found.append(ipaddress.ip_network(word, strict=False))
        except ValueError:
            raise Invalid(
                f"{variable}: {word[:60]!r} is no address and no network",
                hint="write them like 192.0.2.7, 10.0.0.0/8 or 2001:db8::/32",
            ) from None
    return Networks(tuple(found))


@functools.lru_cache(maxsize=4096)
def counted_as(text: str) -> str:
    """Return what of an address one caller cannot choose: IPv4 whole, IPv6 its /64."""
    address = parse_address(text)
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, IPV6_PREFIX), strict=False))
    return str(address) if address else text


@dataclass(frozen=True, slots=True)
class Lists:
    """Who may reach this server at all."""

    allowed: Networks
    denied: Networks

    def admits(self, text: str) -> bool:
        """Tell whether an address may come in.

        What is denied never may. This machine itself always may otherwise, so that
        nobody locks themselves out by a list.
        """
        address = parse_address(text)
        if address in self.denied:
            return False
        if not self.allowed or address in self.allowed:
            return True
        return address is not None and address.is_loopback


def read_lists(settings: Settings) -> Lists:
    """Return the two lists as they are set.

    Raises:
        Invalid: An entry is no network.
    """
    allow, deny = knobs.IP_ALLOW_LIST, knobs.IP_DENY_LIST
    return Lists(
        allowed=parse_networks(settings[allow], allow.variable),
        denied=parse_networks(settings[deny], deny.variable),
    )


def install(app: Flask, settings: Settings) -> None:
    """Turn away who is not to come in; nothing is asked where there are no lists."""
    lists = read_lists(settings)

    def check() -> None:
        address = request.remote_addr or ""
        if not lists.admits(address):
            raise Denied(f"this server does not answer to {address[:60]}")

    if lists.allowed or lists.denied:
        app.before_request(check)
