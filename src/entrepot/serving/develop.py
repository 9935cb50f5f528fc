"""`python app.py`: a server for developing, which loads changed code again."""

from __future__ import annotations

from flask import Flask
from werkzeug.serving import is_running_from_reloader

from entrepot.accounts import warn_if_nobody
from entrepot.cli import reporting
from entrepot.serving import address, stderr
from entrepot.web import settings as knobs
from entrepot.web.routes import current_house


def run(app: Flask) -> None:
    """Serve until Ctrl-C; there is no debugger in the page.

    Its console would run what anybody types who reaches the page.
    """
    with app.app_context():
        house = current_house()
    settings = house.settings
    host, port = settings[knobs.HOST], settings[knobs.PORT]
    if not is_running_from_reloader():
        with reporting():
            stderr.warn(settings)
            stderr.tell_skipped(settings)
            address.hold_port(host, port).close()
            warn_if_nobody(house)
    app.run(host, port, use_reloader=True, use_debugger=False, threaded=True)
