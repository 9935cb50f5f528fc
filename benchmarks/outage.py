"""What a request takes while the catalogue's PostgreSQL is stopped or frozen.

    python benchmarks/outage.py [--requests 2000]

The application answers in this process. Printed are milliseconds a request: as long as
the server answers, from the moment it is stopped, and while it is frozen, that is takes
connections and says nothing.
"""

from __future__ import annotations

import argparse
import os
import signal
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
from flask.testing import FlaskClient
from tests.catalogue.serving.conftest import FOUR_COLUMNS
from tests.services import PostgreSQL, own_postgresql

from entrepot.app import create_app
from entrepot.composition import build_house

UNCACHED = {"Origin": "http://localhost"}


def ask(name: str, client: FlaskClient, requests: int) -> None:
    """Ask so often, and print how long the answers took."""
    taken, places = [], set()
    for _ in range(requests):
        begun = time.perf_counter()
        answer = client.get("/api/products/1", headers=UNCACHED)
        taken.append(1000 * (time.perf_counter() - begun))
        places.add(answer.headers.get("X-Data-Source", str(answer.status_code)))
    taken.sort()
    print(
        f"{name:10} p50 {statistics.median(taken):7.2f} ms  "
        f"p99 {taken[len(taken) * 99 // 100]:7.2f}  worst {taken[-1]:8.2f}  "
        f"from {', '.join(sorted(places))}",
        flush=True,
    )


def compare(server: PostgreSQL, home: str, requests: int) -> None:
    """Ask while it runs, when it is stopped, and when it is frozen."""
    url = server.admin_url
    house = build_house(
        {
            "ENTREPOT_HOME": home,
            "DATA_SOURCE": "db",
            "DB_HOST": str(url.host),
            "DB_PORT": str(url.port),
            "DB_NAME": "postgres",
            "DB_USER": str(url.username),
            "DB_PASSWORD": str(url.password),
        }
    )
    client = create_app(house).test_client()
    ask("running", client, requests)
    assert server.process is not None
    children = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children")
    family = [server.process.pid, *map(int, children.read_text().split())]
    for pid in family:
        os.kill(pid, signal.SIGSTOP)
    ask("frozen", client, requests)
    for pid in family:
        os.kill(pid, signal.SIGCONT)
    time.sleep(6)  # it is looked for every five seconds
    ask("again", client, requests)
    server.stop()
    ask("stopped", client, requests)
    house.close()


def main() -> None:
    """Start a server with one product, and compare."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--requests", type=int, default=2000)
    given = asked.parse_args()
    with own_postgresql() as server, tempfile.TemporaryDirectory() as home:
        server.run(FOUR_COLUMNS)
        server.run("INSERT INTO products (name) VALUES ('Paper')")
        compare(server, home, given.requests)


if __name__ == "__main__":
    main()
