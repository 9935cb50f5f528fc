"""Posted records to columns on disk, beside json.loads and pandas, in one run.

python benchmarks/intake.py                       # 50,000 records of 39 fields
python benchmarks/intake.py --records 5000
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

FIELDS = 39

OURS = """
import sys
from pathlib import Path
from entrepot.exports.intake.posted import read_posted
from entrepot.exports.intake.spec import Wanted
with open(sys.argv[1], "rb") as file:
    taken = read_posted(file, Wanted(spool=Path(sys.argv[2]), member=("data",)))
assert taken.rows == int(sys.argv[3]), taken.rows
"""

PANDAS = """
import json, sys
import pandas
with open(sys.argv[1], "rb") as file:
    frame = pandas.DataFrame(json.loads(file.read())["data"])
frame.to_parquet(sys.argv[2])
assert len(frame) == int(sys.argv[3])
"""

LISTS = """
import json, sys
import pyarrow as pa
with open(sys.argv[1], "rb") as file:
    table = pa.Table.from_pylist(json.loads(file.read())["data"])
with pa.OSFile(sys.argv[2], "wb") as out, pa.ipc.new_stream(out, table.schema) as to:
    to.write_table(table)
assert table.num_rows == int(sys.argv[3])
"""


def record(number: int) -> dict[str, object]:
    """Return one record: a few numbers, many texts of different lengths."""
    made: dict[str, object] = {
        "id": number,
        "full_name": f"Ünal Person {number}",
        "email": f"person{number}@example.com",
        "phone_number": f"+62812{number:07}",
        "form_status": number % 3,  # peers cannot read 2 and "2" in one column
        "amount": number * 1.25,
        "is_paid": number % 3 == 0,
        "note": None,
    }
    for field in range(FIELDS - len(made)):
        made[f"answer_{field}"] = f"text {field} of {number}" * (1 + field % 3)
    return made


def measured(program: str, body: Path, records: int) -> tuple[float, float, int]:
    """Run a program over the body; return CPU and wall seconds, and the peak in MB."""
    with tempfile.TemporaryDirectory() as folder:
        out = str(Path(folder) / "out")
        command = [sys.executable, "-c", program, str(body), out, str(records)]
        environment = {**os.environ, "ARROW_DEFAULT_MEMORY_POOL": "system"}
        started = time.perf_counter()
        process = subprocess.Popen(command, env=environment)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"ended with {process.returncode}")
    seconds = time.perf_counter() - started
    return used.ru_utime + used.ru_stime, seconds, _peak_mb(used)


def _peak_mb(used: resource.struct_rusage) -> int:
    return used.ru_maxrss // 1024


def main() -> None:
    """Print a line for each reader."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--records", type=int, default=50_000)
    records = parser.parse_args().records
    with tempfile.TemporaryDirectory() as folder:
        body = Path(folder) / "body.json"
        with body.open("w", encoding="utf-8") as file:
            file.write('{"template":"complete","data":[')
            for number in range(records):
                file.write("," if number else "")
                file.write(json.dumps(record(number), ensure_ascii=False))
            file.write("]}")
        size_mb = body.stat().st_size / 1e6
        print(f"{records} records of {FIELDS} fields, {size_mb:.0f} MB of JSON")
        peers = {"entrepot": OURS, "json + pandas": PANDAS, "json + pyarrow": LISTS}
        for name, program in peers.items():
            try:
                cpu, wall, peak = measured(program, body, records)
            except SystemExit as error:
                print(f"{name:15} cannot: {error}")
                continue
            print(f"{name:15} {cpu:6.2f} CPU s {wall:6.2f} s {peak:5} MB")


if __name__ == "__main__":
    main()
