"""Where this process runs, for people who look after it."""

from __future__ import annotations

import socket
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from entrepot.base.house import House
from entrepot.base.version import VERSION
from entrepot.catalogue.serving import settings as knobs
from entrepot.catalogue.serving.source import source_of

MARKS = (Path("/.dockerenv"), Path("/run/.containerenv"))
"""Files that container engines put into what they run."""
POD = Path("/var/run/secrets/kubernetes.io")
"""There where a pod has an account; the head of HOSTS says it where it has none."""
HOSTS = Path("/etc/hosts")


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """What the home page tells of the machine and the source."""

    hostname: str
    ip_address: str
    is_container: bool
    is_kubernetes: bool
    data_source: str
    db_host: str
    app_version: str
    version: str


def look_around(house: House) -> System:
    """Return what can be told without asking anybody on the network."""
    source = source_of(house)
    where = source.read(lambda reader: reader.has_any()).where
    is_kubernetes = _is_kubernetes()
    return System(
        hostname=socket.gethostname(),
        ip_address=own_address(),
        is_container=is_kubernetes or any(mark.exists() for mark in MARKS),
        is_kubernetes=is_kubernetes,
        data_source=where,
        db_host="" if source.is_own else house.settings[knobs.DB_HOST],
        app_version=house.settings[knobs.APP_VERSION],
        version=VERSION,
    )


def _is_kubernetes() -> bool:
    if POD.exists():
        return True
    with suppress(OSError):
        return HOSTS.read_text(errors="replace").startswith("# Kubernetes-managed")
    return False


def own_address() -> str:
    """Return the address that others see this machine by; no name is looked up."""
    # Nothing is sent: the kernel only says which address it would send from.
    with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.connect(("192.0.2.1", 9))
        return str(line.getsockname()[0])
    return "127.0.0.1"
