"""The catalogue as it runs: two processes, many products, little memory."""

from __future__ import annotations

import http.client
import json
import os
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import insert, select
from tests.catalogue.serving.conftest import add_products
from tests.databases import write_schema
from tests.house.repository import ROOT
from tests.serving.servers import SERVE, free_port, run, started, until

from entrepot.catalogue import Product, documents, update_product
from entrepot.composition import build_house

SMALL = {"ENTREPOT_SERVING_WORKER": "no", "ENTREPOT_ROOMS": "catalogue,watch"}


@pytest.fixture
def home(environ, sqlite_template):
    """The variables of a home with its schema, and a house in it for the test."""
    write_schema(Path(environ["ENTREPOT_HOME"]), sqlite_template)
    return {**environ, **SMALL}


@pytest.fixture
def beside(home):
    """A house of the test's own process, beside the server's."""
    with closing(build_house(home)) as house:
        yield house


@pytest.fixture
def server(home, tmp_path):
    """A server of two processes that answer."""
    with started(SERVE, free_port(), home, tmp_path) as server:
        server.wait_for_greeting()
        until(lambda: len(server.family()) == 3)
        yield server


def test_a_write_is_seen_at_once_by_every_process(server, beside):
    """Each new connection may be answered by the other; none shows what was before."""
    (one,) = add_products(beside, 1)
    for turn in range(5):
        with beside.store.session() as session:
            update_product(session, one, {"name": f"Name {turn}"}, by="test")

        for path in (f"/api/products/{one}", "/api/products?limit=5") * 6:
            status, body = server.get(path)
            assert (status, f"Name {turn}".encode() in body) == (200, True)


def test_one_address_has_the_same_tag_in_every_process(server, beside):
    """So that 304 comes from whichever answers."""
    add_products(beside, 1)
    line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    line.request("GET", "/api/products")
    answer = line.getresponse()
    answer.read()
    tag = {"If-None-Match": answer.headers["ETag"]}
    line.close()

    found = {server.get("/api/products", headers=tag) for _ in range(12)}
    assert found == {(304, b"")}


@pytest.mark.fault
def test_a_hundred_thousand_products_take_little_memory(server, beside):
    """The whole list at once, complete, without being held in memory."""
    with beside.store.session() as session:
        rows = [
            {
                "id": n,
                "sku": f"S-{n}",
                "name": f"Thing {n}",
                "description": "What is said of it. " * 5,
                "price": Decimal(2),
                "status": "active",
            }
            for n in range(1, 100_001)
        ]
        session.execute(insert(Product), rows)
        documents.refresh(session, select(Product.id))
        documents.bump(session)
    for _ in range(6):
        server.get("/api/products?limit=1000", seconds=60)
    before = _peak_bytes(server)

    status, body = server.get("/api/products", seconds=120)
    assert status == 200
    assert [product["id"] for product in json.loads(body)] == list(range(1, 100_001))
    assert _peak_bytes(server) - before <= 30_000_000


@pytest.mark.fault
def test_a_process_of_the_catalogue_alone_is_small(server):
    """Below 128 MB each, after it answered."""
    for _ in range(20):
        assert server.get("/api/products")[0] == 200

    assert max(map(_resident_bytes, server.family())) < 128_000_000


def test_the_documented_script_makes_the_samples(home, tmp_path):
    """`python db.create.py`, as often as one likes."""
    command = (str(Path(os.sys.executable)), str(ROOT / "db.create.py"))

    said = [run(command, home, tmp_path) for _ in range(2)]
    assert [(done.returncode, done.stdout) for done in said] == [
        (0, "our own database: made 5 samples\n"),
        (0, "our own database: no change\n"),
    ]


def _resident_bytes(pid):
    return _status_bytes(pid, "VmRSS:")


def _peak_bytes(server):
    """Return the most that any of the processes has had so far."""
    return max(_status_bytes(pid, "VmHWM:") for pid in server.family())


def _status_bytes(pid, name):
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    (line,) = [line for line in lines if line.startswith(name)]
    return int(line.split()[1]) * 1024
