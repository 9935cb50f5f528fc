"""CPU a request of the catalogue, beside FastAPI, Datasette and Flask with gunicorn.

    python benchmarks/catalogue.py [--products 50000] [--rounds 3]

All read the same SQLite file of products, on one worker each, and take turns on one
core; what is counted is the CPU of the server's whole process family. We answer with
identity, limits, metrics and log lines, the peers bare. "Uncached" is our view itself:
the requests show a header that keeps the cache away.
"""

from __future__ import annotations

import argparse
import http.client
import os
import statistics
import sys
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from sqlalchemy import select

sys.path.insert(0, str(Path(__file__).parents[1]))
from benchmarks.rows import cpu_seconds, free_port, served  # found by the line above
from entrepot.catalogue import Product, documents
from entrepot.composition import build_house
from entrepot.migrations import ensure

UNCACHED = {"Origin": "http://localhost"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One thing that is asked of everybody, so many times a round."""

    name: str
    ours: str
    peer: str
    datasette: str
    requests: int


TABLE = "/entrepot/products.json"
TASKS = (
    Task(
        name="page of 50",
        ours="/api/products?limit=50",
        peer="/products?limit=50",
        datasette=f"{TABLE}?_size=50&_shape=array",
        requests=200,
    ),
    Task(
        name="by id",
        ours="/api/products/4711",
        peer="/products/4711",
        datasette="/entrepot/products/4711.json?_shape=array",
        requests=300,
    ),
    Task(
        name="page of 1000",
        ours="/api/products?limit=1000",
        peer="/products?limit=1000",
        datasette=f"{TABLE}?_size=1000&_shape=array",
        requests=20,
    ),
)


def build(home: Path, count: int) -> None:
    """Fill a house's own database with products and their documents."""
    house = build_house({"ENTREPOT_HOME": str(home), "CONFIG_DIR": str(home)})
    ensure(house)
    rows = [
        {
            "id": n,
            "sku": f"SKU-{n:06}",
            "name": f"Product {n} of a long list",
            "description": f"What is said of number {n}. " * 5,
            "price": Decimal(n % 500) + Decimal("0.99"),
            "brand": f"Brand {n % 97}",
            "status": "active",
            "inventory_quantity": n % 30,
        }
        for n in range(1, count + 1)
    ]
    with house.store.session() as session:
        session.execute(Product.__table__.insert(), rows)
        documents.refresh(session, select(Product.id))
        documents.bump(session)
    house.close()


def cost_us(
    pid: int, port: int, path: str, requests: int, headers: Mapping[str, str]
) -> float:
    """Return the server's CPU microseconds for one request, over many."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    sent = {"Accept": "*/*", **headers}
    before = cpu_seconds(pid)
    for _ in range(requests):
        line.request("GET", path, headers=sent)
        answer = line.getresponse()
        body = answer.read()
        assert answer.status in (200, 304), (path, answer.status, body[:200])
    line.close()
    return 1e6 * (cpu_seconds(pid) - before) / requests


def tag_of(port: int, path: str) -> dict[str, str]:
    """Return the header that asks whether an answer is still the same."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    line.request("GET", path)
    answer = line.getresponse()
    answer.read()
    line.close()
    return {"If-None-Match": answer.headers["ETag"]}


def commands(folder: Path, ports: list[int]) -> list[list[str]]:
    """Return how each server is started: ours first."""
    python, file = sys.executable, folder / "home" / "entrepot.db"
    fastapi, datasette, flask = map(str, ports[1:])
    return [
        [python, "-m", "entrepot", "serve", "--workers", "1"],
        [python, "-m", "uvicorn", "benchmarks.catalogue_peers:api", "--port", fastapi,
         "--no-access-log", "--log-level", "warning"],
        [python, "-m", "datasette", "serve", str(file), "--port", datasette,
         "--setting", "max_returned_rows", "1000"],
        [python, "-m", "gunicorn", "benchmarks.catalogue_peers:app", "--threads", "2",
         "-b", f"127.0.0.1:{flask}"],
    ]  # fmt: skip


def compare(folder: Path, rounds: int) -> None:
    """Print microseconds a request, and how often ours go into a peer's."""
    ports = [free_port() for _ in range(4)]
    with ExitStack() as running:
        pids = [
            running.enter_context(served(command, port, folder))
            for command, port in zip(commands(folder, ports), ports, strict=True)
        ]
        for task in TASKS:
            _compare(task, pids, ports, rounds)


def _compare(task: Task, pids: list[int], ports: list[int], rounds: int) -> None:
    same = tag_of(ports[0], task.ours)
    asked = [
        ("uncached", 0, task.ours, UNCACHED, 5),
        ("hit", 0, task.ours, {}, 10),
        ("304", 0, task.ours, same, 10),
        ("FastAPI", 1, task.peer, {}, 1),
        ("Datasette", 2, task.datasette, {}, 1),
        ("Flask", 3, task.peer, {}, 1),
    ]
    costs: dict[str, list[float]] = {name: [] for name, *_ in asked}
    for turn in range(rounds + 1):
        for name, at, path, headers, times in asked:
            requests = task.requests * times
            cost = cost_us(pids[at], ports[at], path, requests, headers)
            if turn:  # the first warms everybody up
                costs[name].append(cost)
    medians = {name: statistics.median(found) for name, found in costs.items()}
    for mine in ("uncached", "hit", "304"):
        ratios = "  ".join(
            f"{peer} {medians[peer] / max(medians[mine], 1):6.1f}×"
            for peer in ("FastAPI", "Datasette", "Flask")
        )
        print(f"{task.name:14} {mine:9} {medians[mine]:8.0f} µs  {ratios}", flush=True)


def main() -> None:
    """Make the products, then print the comparison."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--products", type=int, default=50_000)
    asked.add_argument("--rounds", type=int, default=3)
    given = asked.parse_args()
    root = str(Path(__file__).parents[1])
    os.environ["PYTHONPATH"] = os.pathsep.join([root, os.environ.get("PYTHONPATH", "")])
    os.environ["ENTREPOT_SERVING_WORKER"] = "no"
    os.environ["MAX_CONCURRENT_PER_IP"] = "10"
    os.sched_setaffinity(0, {0})  # servers inherit it: no other core is woken
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        build(folder / "home", given.products)
        os.environ["CATALOGUE_FILE"] = str(folder / "home" / "entrepot.db")
        compare(folder, given.rounds)


if __name__ == "__main__":
    main()
