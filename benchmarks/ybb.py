"""Records posted as JSON to Excel, through a server, beside XlsxWriter.

    python benchmarks/ybb.py [--rows 50000] [--small 1000]

Ours is `entrepot serve` with its worker, asked over HTTP: wall seconds from the first
byte sent to the last one of the archive, CPU seconds and peak memory of all its
processes together (a page they share counts once), and what was held before. The peer
is one process that reads the same body with json, and writes it with XlsxWriter in
constant memory.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[1] / "src"))

from tests.running import new_installation, serving  # found by the line above

from entrepot.exports.ybb.catalogue import template_of

WARMING = 12
TICKS = os.sysconf("SC_CLK_TCK")

PEER = """
import json, sys, xlsxwriter
rows = json.load(open(sys.argv[1]))["data"]
book = xlsxwriter.Workbook(sys.argv[2], {"constant_memory": True})
sheet = book.add_worksheet()
names = list(rows[0])
sheet.write_row(0, 0, names)
for place, row in enumerate(rows, start=1):
    sheet.write_row(place, 0, [row[name] for name in names])
book.close()
"""


@dataclass
class Used:
    """What processes took; CPU of those that have ended counts with their parents'."""

    seconds: float = 0.0
    cpu_seconds: float = 0.0
    memory_bytes: int = 0
    idle_bytes: int = 0


def body(rows: int) -> bytes:
    """Return a request of complete participants."""
    fields = [
        c.field for c in template_of("participants", "complete").sheets[0].columns
    ]
    dates = {"birthdate": "1999-12-31", "created_at": "2025-08-01 10:11:12"}
    records = [
        {**{f: f"{f} {n % 97}" for f in fields}, **dates, "id": n} for n in range(rows)
    ]
    asked = {"data": records, "template": "complete", "filename": f"bench {rows}"}
    return json.dumps(asked).encode()


def descendants(pid: int) -> list[int]:
    """Return a process and all below it."""
    found = [pid]
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in path.read_text().split():
            found += descendants(int(child))
    return found


def look(used: Used, pid: int) -> None:
    """Note what a tree of processes has taken and holds now."""
    cpu, memory = 0.0, 0
    for one in descendants(pid):
        try:
            words = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
            held = Path(f"/proc/{one}/smaps_rollup").read_text()
        except OSError:
            continue
        cpu += sum(map(int, words[11:15])) / TICKS
        memory += int(held.partition("\nPss:")[2].split()[0]) * 1024
    used.cpu_seconds = max(used.cpu_seconds, cpu)
    used.memory_bytes = max(used.memory_bytes, memory)


def ask(url: str, sent: bytes | None = None) -> bytes:
    """Return an answer."""
    headers = {"Content-Type": "application/json"} if sent else {}
    asked = urllib.request.Request(url, data=sent, headers=headers)
    with urllib.request.urlopen(asked, timeout=300) as answer:
        found: bytes = answer.read()
        return found


def export(url: str, sent: bytes) -> dict[str, object]:
    """Have a file made and fetch it; return its status."""
    said = json.loads(ask(f"{url}/api/ybb/export/participants", sent))
    status = said
    while status["state"] != "completed":
        time.sleep(0.05)
        status = json.loads(ask(url + said["status_url"]))
    ask(url + said["download_url"])
    return status


def wait_for_worker(url: str) -> None:
    """Wait until the worker has begun: what that takes is not the export's."""
    while not json.loads(ask(f"{url}/api/jobs/workers"))["data"]["workers"]:
        time.sleep(0.2)


def ours(url: str, sent: bytes) -> Used:
    """Measure one export, and the server with all that is below it."""
    (server,) = [p for p in descendants(os.getpid()) if p != os.getpid()][:1]
    before, used, done = Used(), Used(), threading.Event()
    look(before, server)

    def watch() -> None:
        while not done.wait(0.05):
            look(used, server)

    watcher = threading.Thread(target=watch)
    watcher.start()
    begun = time.monotonic()
    export(url, sent)
    used.seconds = time.monotonic() - begun
    done.set()
    watcher.join()
    look(used, server)
    used.cpu_seconds -= before.cpu_seconds
    used.idle_bytes = before.memory_bytes
    return used


def peer(path: Path) -> Used:
    """Measure XlsxWriter on the same body."""
    begun = time.monotonic()
    command = [sys.executable, "-c", PEER, str(path), str(path.with_suffix(".xlsx"))]
    process = subprocess.Popen(command)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    cpu = usage.ru_utime + usage.ru_stime
    return Used(time.monotonic() - begun, cpu, usage.ru_maxrss * 1024)


def show(name: str, used: Used) -> None:
    """Print one line."""
    memory, idle = used.memory_bytes / (1 << 20), used.idle_bytes / (1 << 20)
    print(
        f"{name:32}{used.seconds:8.2f} s {used.cpu_seconds:8.2f} CPU "
        f"{memory:7.0f} MiB ({idle:.0f} idle)"
    )


def main() -> None:
    """Measure both sizes, us and the peer."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", type=int, default=50_000)
    parser.add_argument("--small", type=int, default=1_000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        installation = new_installation(Path(folder))
        with serving(installation) as url:
            wait_for_worker(url)
            show("10 rows, the first of all", ours(url, body(10)))
            for n in range(WARMING):  # each web process has imported all then
                export(url, body(11 + n))
            for rows, times in ((given.small, 7), (given.rows, 1)):
                # Never the same body twice: a file that is there would serve again.
                found = [ours(url, body(rows + n)) for n in range(times)]
                us = sorted(found, key=lambda used: used.seconds)[times // 2]
                sent = body(rows)
                path = Path(folder) / "body.json"
                path.write_bytes(sent)
                them = peer(path)
                show(f"{rows:,} rows, entrepot", us)
                show(f"{rows:,} rows, json + XlsxWriter", them)
                ratio = them.cpu_seconds / max(us.cpu_seconds, 0.01)
                print(f"{'':32}{ratio:.1f} times its CPU; {len(sent) >> 20} MiB sent")


if __name__ == "__main__":
    main()
