"""`GET /api/catalogue/system`: where this process runs, and what it reads."""

from __future__ import annotations

from entrepot.catalogue.api.blueprint import bp
from entrepot.catalogue.serving.system import System, look_around
from entrepot.web.routes import Doc, current_house, route


@route(bp, "GET", "/catalogue/system", Doc(data=System))
def get_system() -> System:
    """Tell the host, its address, and where products are read from."""
    return look_around(current_house())
