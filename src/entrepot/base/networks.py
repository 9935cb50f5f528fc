"""Network addresses and networks, as people write them."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

from entrepot.base.errors import Invalid

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


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
