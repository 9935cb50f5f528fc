"""The address we listen on: who can reach it, and that no other server has it."""

from __future__ import annotations

import errno
import ipaddress
import socket

from entrepot.base.errors import Conflict, Denied, Invalid
from entrepot.base.settings import Settings
from entrepot.web import settings as knobs


def is_loopback(host: str) -> bool:
    """Tell whether nobody but this machine can reach the host."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False  # a name or a socket file: who can reach it is not in our hands


def choose_open(settings: Settings, *, by_serve: bool) -> bool:
    """Tell whether the person at this machine may come in without an account.

    Args:
        by_serve: `entrepot serve` asks, the only server that knows for certain who
            reaches it.

    Raises:
        Denied: ENTREPOT_AUTH is open where that would let others in.
    """
    auth, host = settings[knobs.AUTH], settings[knobs.HOST]
    if auth == "open" and not by_serve:
        raise Denied(
            f"{knobs.AUTH.variable} is open, which only `entrepot serve` can be",
            hint=f"unset it, or serve with: {knobs.AUTH.variable}=open entrepot serve",
        )
    if auth == "open" and not is_loopback(host):
        raise Denied(
            f"{knobs.AUTH.variable} is open, and others can reach {host!r}",
            hint=f"set HOST=127.0.0.1, or {knobs.AUTH.variable}=required",
        )
    return by_serve and auth != "required" and is_loopback(host)


def place_of(host: str, port: int) -> str:
    """Return `host:port` as URLs write it."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def hold_port(host: str, port: int) -> socket.socket:
    """Return a socket that keeps the port from every server that is not our child.

    It never listens: our children share the port by SO_REUSEPORT and listen.

    Raises:
        Conflict: Another server has the port.
        Denied: The port needs more rights.
        Invalid: This machine has no such address.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    holder = socket.socket(family, socket.SOCK_STREAM)
    try:
        # Bound without SO_REUSEPORT, so that a server which shares the port by it is
        # noticed; a second one would silently take half of the requests.
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        holder.bind((host, port))
        # The kernel asks these of both sides when the next one binds: our children
        # may share the port from now on, others may not.
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 0)
    except OSError as error:
        holder.close()
        raise _explained(error, host, port) from error
    return holder


def _explained(error: OSError, host: str, port: int) -> Conflict | Denied | Invalid:
    if error.errno == errno.EADDRINUSE:
        return Conflict(
            f"port {port} is taken by another server",
            hint=f"stop it, or choose another port: PORT={min(port + 1, 65535)}",
        )
    if error.errno == errno.EACCES:
        return Denied(f"port {port} needs more rights", hint="set PORT above 1023")
    return Invalid(
        f"this machine cannot listen on {host!r}: {error.strerror or error}",
        hint="set HOST=127.0.0.1",
    )
