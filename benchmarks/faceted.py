"""CPU a request of a table page with facets, beside Datasette's on the same file.

    python benchmarks/faceted.py [--requests 20] [--rounds 3]

Both servers read the same SQLite file on one worker; they take turns, and what is
counted is the CPU of the server's whole process family. Each request has a filter of
its own, so that nobody answers from what is kept; the last pair asks the same again and
again, where we may. The last figure of each line is the ratio of the medians.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from rows import build, cost_ms, free_port, served

OURS = "/data-products/bench:main/tables/stock"
FACETS = "facet=active&facet=amount&facet={}"
FILTERS = count(1)


def own_filters(ours: str, theirs: str) -> Iterator[tuple[str, str]]:
    """Yield addresses of a page each, no two with the same filter."""
    for number in FILTERS:
        yield ours.format(number), theirs.format(number)


PAIRS = {
    "faceted page, a filter each": (
        f"{OURS}?{FACETS.format('bought')}&where=id:gt:{{}}",
        f"/stock/stock?_size=100&_{'&_'.join(FACETS.format('bought').split('&'))}"
        "&id__gt={}",
    ),
    "faceted page, again": (
        f"{OURS}?{FACETS.format('bought')}",
        f"/stock/stock?_size=100&_{'&_'.join(FACETS.format('bought').split('&'))}",
    ),
}


def main() -> None:
    """Print CPU milliseconds a request and the ratios."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--requests", type=int, default=20)
    asked.add_argument("--rounds", type=int, default=3)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        build(folder / "stock.db")
        ports = free_port(), free_port()
        ours = [sys.executable, "-m", "entrepot", "serve", "--workers", "1"]
        peer = [sys.executable, "-m", "datasette", "serve", "stock.db"]
        peer += ["--port", str(ports[1])]
        with (
            served(ours, ports[0], folder) as our_pid,
            served(peer, ports[1], folder) as peer_pid,
        ):
            for title, paths in PAIRS.items():
                costs: tuple[list[float], list[float]] = ([], [])
                for _ in range(given.rounds):
                    for side, pid in enumerate((our_pid, peer_pid)):
                        spent = [
                            cost_ms(pid, ports[side], pair[side], 1)
                            for pair, _ in zip(
                                own_filters(*paths), range(given.requests), strict=False
                            )
                        ]
                        costs[side].append(statistics.mean(spent))
                mine, theirs = map(statistics.median, costs)
                print(
                    f"{title:28} {mine:7.2f} ms  Datasette {theirs:7.2f} ms"
                    f"  ratio {theirs / mine:.1f}  load {os.getloadavg()[0]:.1f}",
                    flush=True,
                )


if __name__ == "__main__":
    main()
