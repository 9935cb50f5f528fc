"""Which network addresses the public ones are, and which others somebody allows."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

from entrepot.base.fetch import settings as knobs
from entrepot.base.networks import Address, Networks, parse_networks
from entrepot.base.settings import Settings

# https://www.iana.org/assignments/iana-ipv4-special-registry
_NOT_PUBLIC_4 = """
    0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12
    192.0.0.0/24 192.0.2.0/24 192.88.99.0/24 192.168.0.0/16 198.18.0.0/15
    198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4
"""

# A cloud's address for its own machines, though it stands among the public ones:
# https://learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16
_CLOUD = "168.63.129.16/32"

# https://www.iana.org/assignments/iana-ipv6-special-registry; 2001::/32 (Teredo) and
# 2002::/16 (6to4) hold an IPv4 address that whoever writes them chooses.
_NOT_PUBLIC_6 = "2001::/23 2001:db8::/32 2002::/16 3fff::/20"
_PUBLIC_6 = ipaddress.ip_network("2000::/3")
_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")
"""IPv4 as networks without it write it (NAT64): judged by the address inside."""

_CLOSED = parse_networks(f"{_NOT_PUBLIC_4} {_CLOUD} {_NOT_PUBLIC_6}", "")


def is_public(address: Address) -> bool:
    """Tell whether everybody on the internet could reach the same host there."""
    inner = _inner(address)
    if isinstance(inner, ipaddress.IPv6Address) and inner not in _PUBLIC_6:
        return False
    return inner not in _CLOSED


def _inner(address: Address) -> Address:
    """Return the IPv4 address inside of an IPv6 one that leads to it, or itself."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in _TRANSLATED:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address


@dataclass(frozen=True, slots=True)
class Allowed:
    """What may be reached beside the public network."""

    networks: Networks
    hosts: frozenset[str]

    def admits(self, host: str, address: Address) -> bool:
        """Tell whether a host may be reached at one of its addresses."""
        return (
            is_public(address)
            or host in self.hosts
            or address in self.networks
            or _inner(address) in self.networks
        )


def read_allowed(settings: Settings) -> Allowed:
    """Return what the settings allow.

    Raises:
        Invalid: A network is none.
    """
    networks = knobs.ALLOWED_NETWORKS
    names = settings[knobs.ALLOWED_HOSTS].lower().replace(",", " ").split()
    return Allowed(
        networks=parse_networks(settings[networks], networks.variable),
        hosts=frozenset(name.removesuffix(".") for name in names),
    )
