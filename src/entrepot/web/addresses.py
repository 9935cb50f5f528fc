"""Network addresses of callers: what of one is counted, and whether it may come in."""

from __future__ import annotations

import functools
import ipaddress
from dataclasses import dataclass

from flask import Flask, request

from entrepot.base.errors import Denied
from entrepot.base.networks import Networks, parse_address, parse_networks
from entrepot.base.settings import Settings
from entrepot.web import settings as knobs

IPV6_PREFIX = 64
"""Of IPv6 one caller has at least so much: the rest of the bits is theirs to choose."""


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
