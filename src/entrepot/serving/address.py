"""The address we listen on: loopback only, and held against other servers."""

from __future__ import annotations

import errno
import ipaddress
import socket

from entrepot.base.errors import Conflict, Denied, Invalid

LATER = "until accounts stand, this server is for the person at this machine only"


def require_loopback(host: str) -> None:
    """Let the start go on only if nobody but this machine can reach the host.

    Raises:
        Denied: The address is reachable from elsewhere, or may be.
    """
    if host == "localhost":
        return
    try:
        if ipaddress.ip_address(host.strip("[]")).is_loopback:
            return
    except ValueError:
        pass  # a name or a socket file: who can reach it is not in our hands
    raise Denied(f"{LATER}, and the address is {host!r}", hint="set HOST=127.0.0.1")


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
