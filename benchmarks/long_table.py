"""Seconds until the page of a long PostgreSQL table stands, with facets and without.

    python benchmarks/long_table.py [--rows 10000000] [--times 5]

A server of its own is started, and thrown away. What is measured is what a person waits
for: the time of the whole request, asked in this process.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

TABLE = """
create unlogged table orders as
select n as id, 'C' || n % 5000 as customer, (n % 100000) / 100.0 as amount,
       date '2020-01-01' + (n % 2000)::integer as ordered_on,
       (array['open', 'paid', 'shipped'])[1 + n % 3] as status
from generate_series(1, {}::bigint) as n
"""
PAGES = {
    "first page": "",
    "a page in the middle": "?after=%5B{middle}%5D",
    "filtered by key": "?where=id:gt:{middle}",
    "sorted by key, falling": "?order_by=id%20desc",
    "with two facets": "?facet=status&facet=ordered_on",
}


def main() -> None:
    """Print the median and the longest time of each page."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rows", type=int, default=10_000_000)
    asked.add_argument("--times", type=int, default=5)
    given = asked.parse_args()
    from tests.connections.shops import new_shop
    from tests.services import connect, own_postgresql

    with own_postgresql() as server, new_shop(server) as target:
        with connect(target.url) as line:
            line.execute(TABLE.format(given.rows))
            line.execute("alter table orders add primary key (id)")
            line.execute("analyze orders")
        print(f"{given.rows:,} rows, load {os.getloadavg()[0]:.1f}", flush=True)
        with tempfile.TemporaryDirectory() as home:
            measure(target.url, Path(home), given.rows // 2, given.times)


def measure(url: str, home: Path, middle: int, times: int) -> None:
    """Ask for each page several times."""
    from entrepot.app import create_app
    from entrepot.composition import build_house
    from entrepot.connections import add_connection
    from entrepot.dataproducts.cursors import render_cursor

    house = build_house({"ENTREPOT_HOME": str(home), "CONFIG_DIR": str(home / "c")})
    client = create_app(house, is_open=True).test_client()
    add_connection(house, name="long", url=url, by="benchmark")
    page = "/data-products/long:public/tables/orders"
    assert client.get(page).status_code == 200  # libraries are loaded
    for name, query in PAGES.items():
        query = query.replace("%5B{middle}%5D", render_cursor((middle,)))
        seconds = []
        for _ in range(times):
            began = time.monotonic()
            answer = client.get(page + query.format(middle=middle))
            seconds.append(time.monotonic() - began)
            assert answer.status_code == 200, answer.text[:500]
        print(
            f"{name:24} median {statistics.median(seconds):.3f} s,"
            f" longest {max(seconds):.3f} s, load {os.getloadavg()[0]:.1f}",
            flush=True,
        )
    house.close()


if __name__ == "__main__":
    main()
