"""What watch adds to the memory of a process: the same requests with it and without it.

    python benchmarks/watch_memory.py [--requests 10000] [--keep FOLDER]

Two processes answer the same requests over mixed endpoints, products, mistakes and
pages among them: one has all rooms, the other all but watch. The first one's log and
traces are those of `dashboard.py`, a million lines and a million spans; after the
requests people look at its dashboard for each time, at the log under several filters,
and at traces, twenty times each. What is printed is what is resident at the end of each
part, and the most there was. The target is that watch adds at most 60 MB.
"""

from __future__ import annotations

import argparse
import gc
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

MIXED = (
    "/api/products?limit=20",
    "/api/products/{n}",
    "/api/categories",
    "/api/exports",
    "/api/jobs",
    "/api/connections",
    "/api/data-products",
    "/api/settings",
    "/health",
    "/nothing/{n}",
    "/",
    "/products",
)
LOOKS = (
    *(f"/dashboard?range={name}" for name in ("15m", "1h", "6h", "24h", "2d", "7d")),
    "/dashboard?start_date=2026-11-19T00:00:00Z&end_date=2026-11-21T00:00:00Z",
    *(f"/logs?range=all&q={q}" for q in ("", "get", "nordwind", "level:ERROR", "ekko")),
    "/logs?range=all&q=user_id:7+OR+ip_address:10.0.0.17",
    "/logs?range=all&q=fields.rows:17",
    "/api/logs/stats",
    "/api/metrics/summary?hours=168",
    "/traces?range=7d",
    "/traces?range=7d&only=slow",
    "/errors",
    "/metrics",
)
ROUNDS = 20


def main() -> None:
    """Measure both in processes of their own; print what there was."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--requests", type=int, default=10_000)
    asked.add_argument("--keep", type=Path, help="where `dashboard.py` kept its files")
    asked.add_argument("--alone", choices=("with", "without"), help=argparse.SUPPRESS)
    given = asked.parse_args()
    if given.alone:
        measure(given.requests, is_with=given.alone == "with")
        return
    for kind in ("without", "with"):
        with tempfile.TemporaryDirectory(dir=given.keep) as folder:
            if kind == "with" and given.keep:
                kept = given.keep / "dashboard-1000000"
                for path in kept.glob("*.db"):
                    shutil.copyfile(path, Path(folder) / path.name)
            environ = os.environ | {"ENTREPOT_HOME": folder, "CONFIG_DIR": folder}
            environ["LOG_DB_PATH"] = f"{folder}/log.db"
            command = [sys.executable, __file__, "--alone", kind]
            command += ["--requests", str(given.requests)]
            subprocess.run(command, env=environ, check=True)


def measure(requests: int, *, is_with: bool) -> None:
    """Answer requests in this process, and print what is resident."""
    from entrepot import rooms

    if not is_with:
        rooms.ROOMS = tuple(room for room in rooms.ROOMS if room.name != "watch")
    from entrepot.app import create_app
    from entrepot.composition import build_house

    house = build_house()
    client = create_app(house, is_open=True).test_client()
    name = "with watch" if is_with else "without"
    for path in MIXED:
        client.get(path.format(n=1))
    tell(name, "after the first of each")
    for n in range(requests):
        client.get(MIXED[n % len(MIXED)].format(n=n))
    tell(name, f"after {requests:,} requests")
    if is_with:
        for _ in range(ROUNDS):
            for path in LOOKS:
                answer = client.get(path)
                assert answer.status_code == 200, (path, answer.text[:400])
        tell(name, f"after {ROUNDS * len(LOOKS)} looks")
    house.close()


def tell(name: str, when: str) -> None:
    """Print what is resident now, and the most that was."""
    gc.collect()
    lines = Path("/proc/self/status").read_text().splitlines()
    told = dict(
        line.split(":", 1) for line in lines if line.startswith(("VmRSS", "VmHWM"))
    )
    now, most = (int(told[key].split()[0]) / 1000 for key in ("VmRSS", "VmHWM"))
    print(f"{name:12} {when:26} {now:6.1f} MB, at most {most:.1f}", flush=True)


if __name__ == "__main__":
    main()
