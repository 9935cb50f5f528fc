"""Files of other kinds and from other places, through a whole import."""

from __future__ import annotations

import io
import json
import threading
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import xlsxwriter
from click.testing import CliRunner
from tests.feeds.conftest import Importer
from tests.feeds.sources.servers import ftp_server

from entrepot import feeds
from entrepot.cli import entrepot
from entrepot.composition import build_house
from entrepot.migrations import import_models

GOODS = "SKU,Name,Price\nA1,Apple,1.50\nA2,Pear,2.00\n"
SHOP = """\
Handle,Title,Vendor,Option1 Name,Option1 Value,Variant SKU,Variant Price,Image Src,\
Image Position,Status
tee,Harbour tee,Kestrel,Colour,Red,T-R,19.50,https://cdn.example/r.jpg,1,active
tee,,,,Blue,T-B,19.99,,,
tee,,,,,,,https://cdn.example/back.jpg,2,
mug,Mug,Kestrel,Title,Default Title,M-1,7.00,,,draft
"""


def workbook() -> bytes:
    """Return the goods as a workbook, with numbers and a formula."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file)
    sheet = book.add_worksheet()
    for place, row in enumerate([["SKU", "Name", "Price"], ["A1", "Apple", 1.5]]):
        sheet.write_row(place, 0, row)
    sheet.write_row(2, 0, ["A2", "Pear"])
    sheet.write_formula(2, 2, "=1+1", None, 2)
    book.close()
    return file.getvalue()


@pytest.fixture
def outside(surroundings):
    """Somebody who may import from this machine's servers."""
    import entrepot.catalogue.images.jobs
    import entrepot.feeds.jobs  # noqa: F401  # their kinds

    import_models()
    networks = {"ENTREPOT_FETCH_ALLOWED_NETWORKS": "127.0.0.0/8"}
    house = build_house(surroundings | networks)
    yield Importer(house)
    house.close()


def bring(importer, wanted):
    """Fetch a file, preview it and apply it."""
    seen = feeds.start_import(importer.house, wanted, by="ann")
    seen = importer.done(seen.id)
    if seen.state == "inspected":
        feeds.preview_import(importer.house, seen.id, by="ann")
        seen = importer.done(seen.id)
    assert seen.state == "previewed", seen.error
    return importer.apply(seen.id)


def prices(importer):
    """Return each product's price by SKU."""
    return {sku: row["price"] for sku, row in importer.products().items()}


def test_a_workbook_becomes_products_and_again_nothing(importer):
    """A formula counts as the value that was kept with it."""
    for counts in ((2, 0), (0, 2)):
        stream = io.BytesIO(workbook())
        seen = feeds.take_upload(importer.house, stream, name="goods.xlsx", by="ann")
        feeds.preview_import(importer.house, seen.id, by="ann")
        importer.done(seen.id)
        done = importer.apply(seen.id)
        assert (done.counts.created, done.counts.unchanged) == counts
    assert seen.plan.format == "xlsx"
    assert prices(importer) == {"A1": Decimal("1.50"), "A2": Decimal("2.00")}


def test_a_shop_s_variants_become_products_with_its_pictures(importer):
    """A variant has what its product says; a picture's row is no product."""
    seen = importer.bring(SHOP)

    assert (seen.plan.format, seen.counts.created) == ("shopify", 3)
    found = importer.products()
    assert {sku: row["shopify_handle"] for sku, row in found.items()} == {
        "T-R": "tee",
        "T-B": "tee",
        "M-1": "mug",
    }
    assert found["T-B"]["name"] == "Harbour tee"
    assert found["T-B"]["custom_attributes"]["colour"] == "Blue"
    assert found["T-R"]["additional_images"] == ["https://cdn.example/back.jpg"]
    assert importer.bring(SHOP).counts.unchanged == 3


def test_a_file_comes_from_an_address(outside):
    """By HTTP, as a URL names it."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(GOODS)))
            self.end_headers()
            self.wfile.write(GOODS.encode())

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        address = f"http://127.0.0.1:{server.server_port}/out/goods.csv"
        seen = bring(outside, feeds.ImportWanted(source="url", address=address))
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

    assert (seen.state, seen.file_name) == ("applied", "goods.csv")
    assert prices(outside) == {"A1": Decimal("1.50"), "A2": Decimal("2.00")}


def test_a_file_comes_by_ftp_with_a_secret(outside, tmp_path):
    """The password is sealed while the job waits, and told nowhere."""
    (tmp_path / "goods.csv").write_text(GOODS)
    with ftp_server(tmp_path, "anna", "sesame") as port:
        address = f"ftp://anna@127.0.0.1:{port}/goods.csv"
        wanted = feeds.ImportWanted(source="ftp", address=address, secret="sesame")
        seen = bring(outside, wanted)

    assert (seen.state, seen.counts.created) == ("applied", 2)
    assert "sesame" not in repr(seen)


@pytest.fixture
def call(importer):
    """A function that runs `entrepot feeds …`."""

    def call(*words, **more):
        done = CliRunner().invoke(
            entrepot, ["feeds", *map(str, words)], obj=importer.house, **more
        )
        assert done.exit_code == 0, done.output
        return done.stdout

    return call


def test_the_terminal_imports_tells_and_takes_back(importer, call, tmp_path):
    """Only a look unless told otherwise; the history has what was done."""
    file, wrong = tmp_path / "goods.csv", tmp_path / "wrong.csv"
    file.write_text(GOODS + "A3,Plum,much\n")

    looked = json.loads(call("import", file, "--json"))
    assert (looked["state"], looked["counts"]["created"]) == ("previewed", 2)
    assert importer.products() == {}

    done = json.loads(call("import", file, "--apply", "--yes", "--json"))
    assert (done["state"], done["counts"]["rejected"]) == ("applied", 1)
    call("errors", done["id"], "--output", wrong)
    assert "A3,Plum,much" in wrong.read_text()

    undone = call("undo", done["id"])
    assert "undone" in undone
    assert importer.products() == {}
    told = json.loads(call("history", "--json"))
    assert [sync["type"] for sync in told] == ["undo", "products"]


def test_the_terminal_keeps_feeds_and_runs_them(importer, call):
    """A feed's file is asked for, and a worker previews it."""
    folder = importer.house.home / "feeds"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "goods.csv").write_text(GOODS)

    call("add", "own", "path", folder / "goods.csv", "--missing", "archive")
    asked = json.loads(call("run", "own", "--json"))

    assert asked["state"] == "fetching"
    assert importer.done(asked["id"]).state in ("inspected", "previewed")
    (listed,) = json.loads(call("list", "--json"))
    assert (listed["name"], listed["missing"]) == ("own", "archive")
