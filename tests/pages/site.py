"""A served Entrepôt with data, and a browser, for whoever looks at pages."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from playwright.sync_api import Browser, sync_playwright
from werkzeug.serving import make_server

from entrepot.accounts import add_user, make_key
from entrepot.app import create_app
from entrepot.composition import build_house
from entrepot.connections import add_connection
from entrepot.demo import make_demo
from entrepot.operations import back_up
from entrepot.web.assets import manifest
from tests.conftest import PASSWORD
from tests.dataproducts.sap import stock as sap
from tests.dataproducts.stock import build
from tests.pages.alerted import write_alerts
from tests.pages.drawn import write_icons
from tests.pages.exported import write_exports
from tests.pages.goods import write_goods
from tests.pages.imported import write_imports
from tests.pages.measured import write_history
from tests.pages.saved import write_queries
from tests.pages.sent import write_sent
from tests.pages.tree_stock import write_tree
from tests.pages.work import write_jobs

MARTA = "marta.okonjo@hafen.example"
"""An admin with an account; the password is everybody's in tests."""

CHROMIUM_OPTIONS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@dataclass(frozen=True, slots=True)
class Site:
    """Where the served pages are, and the application behind them.

    Attributes:
        ids: Of things whose ids nobody chooses, by what they are.
    """

    origin: str
    app: Flask
    ids: dict[str, str]


@contextmanager
def serve(home: Path, *, items: int = 400) -> Iterator[Site]:
    """Serve the demo and the awkward stock from a folder of its own.

    Raises:
        RuntimeError: The front end is not built.
    """
    if not manifest():
        raise RuntimeError("build the front end first: node frontend/build.mjs")
    files = home / "files"
    files.mkdir(parents=True)
    house = build_house(
        {
            "ENTREPOT_HOME": str(home),
            "CONFIG_DIR": str(home / "config"),
            "LOG_DB_PATH": str(home / "logs" / "app_logs.db"),
            "ENTREPOT_CONNECTIONS_ROOTS": str(home),
            "ENTREPOT_DATAPRODUCTS_CSN_FOLDER": str(files),
            "ENTREPOT_CONSOLE_WRITE": "true",
        }
    )
    app = create_app(house, is_open=True)
    make_demo(house, items=items)
    add_connection(house, name="shop", url=f"sqlite:///{build(files / 'shop.db')}")
    bdc = sap.build(files / "bdc.duckdb")
    add_connection(house, name="bdc", url=f"duckdb:///{bdc}")
    (files / "sap-s4com-Supplier-v1.en.json").write_text(sap.CSN)
    marta = add_user(
        house,
        email=MARTA,
        password=PASSWORD,
        role="admin",
        first_name="Marta",
        last_name="Okonjo",
    ).user
    make_key(house, name="nightly-sync", days=90, user_id=marta.id)
    write_jobs(house)
    back_up(house, description="before the pages are looked at")
    write_sent(house)
    write_exports(house)
    write_queries(house)
    write_tree(house)
    write_goods(house)
    write_icons(house)
    ids = write_imports(house) | write_alerts(house) | write_history(house)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield Site(f"http://127.0.0.1:{server.port}", app, ids)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        house.close()


@contextmanager
def open_browser() -> Iterator[Browser]:
    """Give Debian's Chromium.

    Raises:
        RuntimeError: It is not installed.
    """
    path = shutil.which("chromium")
    if path is None:
        raise RuntimeError("install Chromium: apt-get install chromium")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=path, args=CHROMIUM_OPTIONS)
        yield browser
        browser.close()
