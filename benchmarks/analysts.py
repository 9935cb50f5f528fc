"""What twenty analysts at once wait for their statements, and the web beside them.

    python benchmarks/analysts.py [--people 20] [--seconds 20] [--pause 0.5]

Each is somebody of his own, signed in, with a thread and a connection: a statement, a
pause, the next one. Of ten statements seven read ten rows by key, two a thousand rows,
and one adds up a whole table. Beside them somebody asks every tenth of a second whether
the server lives, and loads a page. What is printed are seconds that the callers waited,
over HTTP; the load of the machine stands beside it.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
from benchmarks.rows import ROWS, build, free_port, served  # found by the line above

PASSWORD = "seven grey harbour cranes"
STATEMENTS = (
    *[("by key", "SELECT id, sku, price FROM stock WHERE id BETWEEN :n AND :n + 9")]
    * 7,
    *[("1,000 rows", "SELECT * FROM stock WHERE id >= :n LIMIT 1000")] * 2,
    (
        "summed",
        "SELECT amount, count(*), sum(price) FROM stock WHERE id <> :n GROUP BY 1",
    ),
)
PROBES = {"alive": "/health", "a page": "/data-products/bench:main/tables/stock"}

Waits = dict[str, list[float]]
Call = Callable[..., tuple[int, bytes]]


def new_people(folder: Path, count: int) -> list[str]:
    """Make an admin and so many analysts; return whom to sign in, the admin first."""
    from entrepot.accounts import add_user
    from entrepot.composition import build_house
    from entrepot.migrations import ensure

    emails = [f"person{n}@example.com" for n in range(count + 1)]
    with closing(build_house({"ENTREPOT_HOME": str(folder / "home")})) as house:
        ensure(house)
        for place, email in enumerate(emails):
            role = "analyst" if place else "admin"
            add_user(house, email=email, password=PASSWORD, role=role)
    return emails


def caller(port: int) -> Call:
    """Return a function that asks on one connection and remembers who it is."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    headers = {"Content-Type": "application/json"}

    def call(path: str, body: object = None, *, token: str = "") -> tuple[int, bytes]:
        if token:
            headers["Authorization"] = f"Bearer {token}"
        raw = None if body is None else json.dumps(body).encode()
        connection.request("GET" if raw is None else "POST", path, raw, headers)
        answer = connection.getresponse()
        return answer.status, answer.read()

    return call


def signed_in(port: int, email: str) -> Call:
    """Return a function that asks as somebody."""
    call = caller(port)
    status, said = call("/api/auth/login", {"email": email, "password": PASSWORD})
    assert status == 200, said
    token = json.loads(said)["data"]["access_token"]
    assert call("/api/auth/me", token=token)[0] == 200
    return call


def _asked(sql: str) -> dict[str, object]:
    values = {"n": random.randrange(ROWS - 1_000)}
    return {"query": sql, "params": values, "connection": "bench", "shape": "arrays"}


def analyse(
    call: Call, ends: float, pause: float, waits: Waits, seen: Counter[int]
) -> None:
    """Ask statement after statement until the time is over."""
    while time.monotonic() < ends:
        kind, sql = random.choice(STATEMENTS)
        began = time.perf_counter()
        status, _ = call("/api/sql/execute", _asked(sql))
        waits[kind].append(time.perf_counter() - began)
        seen[status] += 1
        time.sleep(random.uniform(0, 2 * pause))


def probe(call: Call, ends: float, waits: Waits, seen: Counter[int]) -> None:
    """Ask for what is no statement, ten times a second."""
    while time.monotonic() < ends:
        for kind, path in PROBES.items():
            began = time.perf_counter()
            status, _ = call(path)
            waits[kind].append(time.perf_counter() - began)
            seen[status] += 1
        time.sleep(0.1)


def measure(port: int, emails: list[str], seconds: float, pause: float) -> None:
    """Let everybody work side by side, and print what they waited."""
    calls = [signed_in(port, email) for email in emails]
    for call in calls:  # every worker has loaded what it needs
        for _, sql in {*STATEMENTS}:
            assert call("/api/sql/execute", _asked(sql))[0] == 200
        for path in PROBES.values():
            assert call(path)[0] == 200, path
    waits: Waits = defaultdict(list)
    seen: Counter[int] = Counter()
    ends = time.monotonic() + seconds
    threads = [threading.Thread(target=probe, args=(calls[0], ends, waits, seen))]
    threads += [
        threading.Thread(target=analyse, args=(call, ends, pause, waits, seen))
        for call in calls[1:]
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(_header(waits, seconds, seen))
    for kind, found in sorted(waits.items()):
        print(_line(kind, found))
    print(
        _line(
            "every statement",
            [w for k, f in waits.items() if k not in PROBES for w in f],
        )
    )


def _header(waits: Waits, seconds: float, seen: Counter[int]) -> str:
    count = sum(len(found) for kind, found in waits.items() if kind not in PROBES)
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    return (
        f"{count / seconds:.1f} statements a second; answers {dict(seen)}; load {load}"
    )


def _line(kind: str, found: list[float]) -> str:
    ordered = sorted(found)
    marks = [
        ordered[min(len(ordered) - 1, int(len(ordered) * q))] for q in (0.5, 0.95, 0.99)
    ]
    half, most, nearly_all = (f"{1000 * mark:7.0f}" for mark in marks)
    return (
        f"{kind:16} {len(found):5} × p50 {half} ms  p95 {most} ms  p99 {nearly_all} ms"
    )


def main() -> None:
    """Serve, let the people work, and print."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--people", type=int, default=20)
    asked.add_argument("--seconds", type=float, default=20.0)
    asked.add_argument("--pause", type=float, default=0.5)
    given = asked.parse_args()
    os.environ["ENTREPOT_PERSON_RATE_LIMIT_PER_MINUTE_COUNT"] = "100000"
    os.environ["RATE_LIMIT_PER_MINUTE"] = "100000"
    os.environ["MAX_CONCURRENT_PER_IP"] = "1000"
    with tempfile.TemporaryDirectory() as name:
        folder, port = Path(name), free_port()
        build(folder / "stock.db")
        emails = new_people(folder, given.people)
        command = [sys.executable, "-m", "entrepot", "serve", "--workers", "2"]
        with served(command, port, folder):
            measure(port, emails, given.seconds, given.pause)


if __name__ == "__main__":
    main()
