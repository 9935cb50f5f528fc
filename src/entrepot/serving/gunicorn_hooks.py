"""What gunicorn asks us before it starts its workers."""

from __future__ import annotations

from typing import Protocol

from entrepot.app import load_faces, prepare
from entrepot.cli import reporting
from entrepot.composition import build_house
from entrepot.serving import stderr
from entrepot.serving.address import require_loopback


class _Config(Protocol):
    @property
    def address(self) -> list[tuple[str, int] | str]: ...


class Arbiter(Protocol):
    """What we need of gunicorn's own master."""

    @property
    def cfg(self) -> _Config: ...


def on_starting(server: Arbiter) -> None:
    """Refuse addresses that others can reach; make the house ready, once for all."""
    with reporting(), stderr.listening():
        for address in server.cfg.address:
            require_loopback(address[0] if isinstance(address, tuple) else address)
        house = build_house()
        stderr.warn(house.settings)
        load_faces(house.settings)
        prepare(house)
        house.close()
