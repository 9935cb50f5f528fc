"""The application as a server process loads it."""

from __future__ import annotations

from flask import Flask

from entrepot.app import create_app
from entrepot.base import events
from entrepot.cli import reporting
from entrepot.composition import build_house
from entrepot.serving import address, stderr
from entrepot.watch.log.shown import show_lines


def load(*, by_serve: bool) -> Flask:
    """Build the application; what stops it becomes a line and an exit code.

    Args:
        by_serve: `entrepot serve` is the server, not gunicorn or Flask's own.
    """
    with reporting():
        house = build_house()
        if not show_lines(house):
            events.listen(stderr.show)
        is_open = address.choose_open(house.settings, by_serve=by_serve)
        return create_app(house, is_open=is_open)
