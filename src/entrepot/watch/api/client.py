"""`POST /api/logs/client`: what went wrong in somebody's browser."""

from __future__ import annotations

from entrepot.base.errors import Throttled, TooMuch
from entrepot.watch.api.blueprint import bp
from entrepot.watch.errors import InvalidLevel
from entrepot.watch.reports import Report, keep_report
from entrepot.web import limits
from entrepot.web.routes import Doc, current_house, route

OF_ADDRESS, OF_ALL = 60, 600
"""Reports a minute."""


@route(
    bp,
    "POST",
    "/api/logs/client",
    Doc(
        data=None,
        body=Report,
        errors=(InvalidLevel, Throttled, TooMuch),
        is_public=True,
    ),
)
def report_from_browser(body: Report) -> None:
    """Keep a line about what went wrong in a browser.

    Who sends it need not be known. It is kept as nothing worse than `ERROR`, without
    what its address asks for, and under the logger `entrepot.browser`.
    """
    house = current_house()
    limits.spend_apart(house, "reports", of_address=OF_ADDRESS, of_all=OF_ALL)
    keep_report(house, body)
