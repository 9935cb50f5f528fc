"""Connections to addresses that were looked up once and checked, and to no other."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Sequence

import httpcore

from entrepot.base.errors import TimedOut, Unavailable
from entrepot.base.fetch.addresses import Allowed
from entrepot.base.fetch.errors import AddressDenied
from entrepot.base.fetch.settings import ALLOWED_NETWORKS
from entrepot.base.fetch.targets import Target, address_in
from entrepot.base.networks import Address

Resolve = Callable[[str, int], Iterable[str]]
"""From a host's name and a port to its addresses; `OSError` where it has none."""


def system_resolve(host: str, port: int) -> list[str]:
    """Return a host's addresses as this machine knows them."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class Clock:
    """Time that runs out: the limit of everything that one fetch does."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._ends = time.monotonic() + seconds

    def within(self, seconds: float | None) -> float:
        """Return a limit, or what is left where that is less.

        Raises:
            TimedOut: Nothing is left.
        """
        left = self._ends - time.monotonic()
        if left <= 0:
            raise TimedOut(f"the answer took longer than {self.seconds:g} seconds")
        return left if seconds is None else min(seconds, left)


def checked_addresses(
    target: Target, allowed: Allowed, resolve: Resolve, clock: Clock
) -> list[str]:
    """Return the addresses of a target, every one of which may be asked.

    Raises:
        AddressDenied: One of them may not.
        Unavailable: It has none, or nobody says in time.
    """
    literal = address_in(target.host)
    texts = [target.host] if literal else _looked_up(target, resolve, clock)
    addresses = [address_in(text) for text in texts]
    for text, address in zip(texts, addresses, strict=True):
        if address is None or not _is_admitted(allowed, target.host, address):
            is_same = text == target.host
            raise AddressDenied(
                f"{target.host} {'' if is_same else f'is {text}, which '}is not a "
                "public address",
                hint=f"{ALLOWED_NETWORKS.variable} allows others",
            )
    return texts


def _is_admitted(allowed: Allowed, host: str, address: Address) -> bool:
    return getattr(address, "scope_id", None) is None and allowed.admits(host, address)


def _looked_up(target: Target, resolve: Resolve, clock: Clock) -> list[str]:
    """Ask in a thread: the system's own look-up knows no time limit."""
    found: list[str] = []
    failed: list[OSError] = []

    def ask() -> None:
        try:
            found.extend(resolve(target.host, target.port))
        except (OSError, UnicodeError) as error:
            failed.append(OSError(str(error)))

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(clock.within(None))
    if thread.is_alive():
        raise TimedOut(f"nobody says in time where {target.host} is")
    if failed or not found:
        raise Unavailable(f"there is no host named {target.host}")
    return found


class PinnedNetwork(httpcore.NetworkBackend):
    """A network in which there are only these addresses, whatever is asked for."""

    def __init__(self, addresses: Sequence[str], clock: Clock) -> None:
        self._addresses = addresses
        self._clock = clock
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first of the addresses that lets us in."""
        failure: Exception = httpcore.ConnectError("no address")
        for address in self._addresses:
            limit = self._clock.within(timeout)
            try:
                stream = self._inner.connect_tcp(address, port, timeout=limit)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
                continue
            return TimedStream(stream, self._clock)
        raise failure


class TimedStream(httpcore.NetworkStream):
    """A stream whose every step is over when the clock is."""

    def __init__(self, stream: httpcore.NetworkStream, clock: Clock) -> None:
        self._stream = stream
        self._clock = clock

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read what has come."""
        return self._stream.read(max_bytes, self._clock.within(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send all of it."""
        self._stream.write(buffer, self._clock.within(timeout))

    def close(self) -> None:
        """Close the connection."""
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        """Let it be encrypted from here on."""
        limit = self._clock.within(timeout)
        secure = self._stream.start_tls(ssl_context, server_hostname, limit)
        return TimedStream(secure, self._clock)

    def get_extra_info(self, info: str) -> object:
        """Return what the connection says of itself."""
        return self._stream.get_extra_info(info)
