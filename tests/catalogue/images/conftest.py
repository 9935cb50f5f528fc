"""A server of pictures on this machine, and a house that may fetch from it."""

from __future__ import annotations

import io
import threading
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from PIL import Image

from entrepot.catalogue import create_product
from entrepot.composition import build_house, load_kinds
from entrepot.migrations import import_models


def picture(
    width: int = 60, height: int = 40, *, format: str = "PNG", color: str = "teal"
) -> bytes:
    """Return the bytes of a picture of one colour."""
    file = io.BytesIO()
    Image.new("RGB", (width, height), color).save(file, format)
    return file.getvalue()


@pytest.fixture(scope="session", autouse=True)
def kinds():
    """Let every kind of job be known, as the program's start does."""
    load_kinds()


class Gallery:
    """What the server has, by path, and how often each was asked for.

    Attributes:
        pages: Bytes, or a status, or a list of these, one for each time it is asked.
    """

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self.pages: dict[str, bytes | int | list[bytes | int]] = {}
        self.asked: Counter[str] = Counter()

    def url(self, path: str, content: bytes | int | list[bytes | int]) -> str:
        """Hang something up; return its URL."""
        self.pages[path] = content
        return f"{self.origin}{path}"

    def answer(self, path: str) -> bytes | int:
        """Return what is there now."""
        found = self.pages.get(path, 404)
        self.asked[path] += 1
        if isinstance(found, list):
            return found[min(self.asked[path], len(found)) - 1]
        return found


@pytest.fixture
def gallery() -> Iterator[Gallery]:
    """A server of pictures."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = gallery.answer(self.path)
            self.send_response(found if isinstance(found, int) else 200)
            body = b"" if isinstance(found, int) else found
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Content-Type", "image/png")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    gallery = Gallery(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield gallery
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def shop(surroundings) -> Iterator:
    """A house with the products 1 and 2, that may fetch from this machine."""
    import_models()
    allowed = {"ENTREPOT_FETCH_ALLOWED_NETWORKS": "127.0.0.0/8"}
    limits = {
        "ENTREPOT_CATALOGUE_IMAGE_BYTES": "200000",
        "ENTREPOT_CATALOGUE_IMAGE_PIXELS_COUNT": "1000000",
    }
    house = build_house(surroundings | allowed | limits)
    with house.store.session() as session:
        for sku in ("A", "B"):
            values = {"sku": sku, "name": sku, "price": 1}
            create_product(session, values, by="tests")
    yield house
    house.close()
