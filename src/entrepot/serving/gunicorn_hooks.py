"""What gunicorn asks us before it starts its workers."""

from __future__ import annotations

from typing import Protocol

from entrepot.accounts import warn_if_nobody
from entrepot.app import load_faces, prepare
from entrepot.cli import reporting
from entrepot.composition import build_house, configured
from entrepot.serving import stderr
from entrepot.serving.address import choose_open
from entrepot.watch.metrics.folder import folder_of


class Arbiter(Protocol):
    """Gunicorn's own master, of which we need nothing."""


def on_starting(server: Arbiter) -> None:
    """Refuse to be open; make the house ready, once for all workers."""
    with reporting(), stderr.listening():
        house = build_house()
        choose_open(house.settings, by_serve=False)
        folder_of(house.settings).join()  # the master is there as long as its workers
        stderr.warn(house.settings)
        load_faces(house.settings)
        prepare(house)
        house = configured(house)
        stderr.tell_skipped(house.settings)
        warn_if_nobody(house)
        house.close()
