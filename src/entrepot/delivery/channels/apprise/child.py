"""The process in which Apprise sends: every connection is checked as it is made."""

from __future__ import annotations

import ipaddress
import json
import logging
import os
import re
import socket
import sys
from typing import Any

from entrepot.base.fetch.addresses import Allowed
from entrepot.base.networks import parse_networks

_STATUS = re.compile(r"error[=:] ?(\d{3})\b")


class Denied(OSError):
    """The address is none that may be reached."""


class Guard:
    """Lets connections through to where they may go, and remembers what it refused."""

    def __init__(self, allowed: Allowed) -> None:
        self.allowed = allowed
        self.names: dict[str, set[str]] = {}
        self.denied = ""

    def install(self) -> None:
        """Put itself between every socket of this process and the network."""
        guard, look_up = self, socket.getaddrinfo

        class Guarded(socket.socket):
            def connect(self, address: Any, /) -> None:
                guard.check(self.family, address)
                super().connect(address)

            def connect_ex(self, address: Any, /) -> int:
                guard.check(self.family, address)
                return super().connect_ex(address)

            def sendto(self, *given: Any) -> int:
                guard.check(self.family, given[-1])
                return super().sendto(*given)

        def getaddrinfo(host: Any, *more: Any, **named: Any) -> Any:
            found = look_up(host, *more, **named)
            for entry in found:
                guard.names.setdefault(str(entry[4][0]), set()).add(str(host).lower())
            return found

        socket.socket = Guarded  # type: ignore[misc]  # that is the point
        socket.getaddrinfo = getaddrinfo

    def check(self, family: int, address: Any) -> None:
        """Refuse an address that is not public and that nobody allowed.

        Raises:
            Denied: It is none of these.
        """
        if family not in (socket.AF_INET, socket.AF_INET6):
            self.denied = "a socket of this machine"
            raise Denied(self.denied)
        text = str(address[0]).partition("%")[0]
        names = self.names.get(str(address[0]), set()) | {text}
        found = ipaddress.ip_address(text)
        if not any(self.allowed.admits(name, found) for name in names):
            self.denied = text
            raise Denied(f"{text} is not a public address")


class Statuses(logging.Handler):
    """Keeps the status that the other side answered; the lines go nowhere."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.status: int | None = None

    def emit(self, record: logging.LogRecord) -> None:
        """Look for a status."""
        found = _STATUS.search(record.getMessage())
        if found:
            self.status = int(found[1])


def main() -> None:
    """Send what stands on standard input, and write how that went."""
    errand = json.load(sys.stdin)
    out, sys.stdout = sys.stdout, sys.stderr  # what a library prints is no answer
    guard = Guard(
        Allowed(
            networks=parse_networks(errand["networks"], "networks"),
            hosts=frozenset(errand["hosts"].lower().replace(",", " ").split()),
        )
    )
    guard.install()
    if errand["ca_file"]:
        os.environ["REQUESTS_CA_BUNDLE"] = errand["ca_file"]
    json.dump(send(errand, guard), out)


def send(errand: dict[str, Any], guard: Guard) -> dict[str, object]:
    """Send once; nothing of this machine's own settings and caches is used."""
    from apprise import Apprise, AppriseAsset, NotifyType

    statuses = Statuses()
    logging.getLogger("apprise").addHandler(statuses)
    asset = AppriseAsset(
        app_id="Entrepot",
        app_desc="Entrepot",
        http_redirects=False,
        storage_mode="memory",
        async_mode=False,
    )
    server = Apprise.instantiate(errand["url"], asset=asset)
    if not server:
        return {"is_wrong": True}
    server.socket_connect_timeout = server.socket_read_timeout = errand["seconds"]
    is_sent = server.notify(
        title=errand["title"],
        body=errand["body"],
        notify_type=NotifyType(errand["type"]),
    )
    return {
        "is_sent": bool(is_sent) and not guard.denied,
        "status": statuses.status,
        "denied": guard.denied,
    }


if __name__ == "__main__":
    main()
