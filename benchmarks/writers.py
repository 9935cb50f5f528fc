"""One export in one process: ours, or a peer's. `formats.py` starts and measures it.

python benchmarks/writers.py ours:xlsx ROWS SOURCE FILE
"""

from __future__ import annotations

import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks import data  # found by the line above


class NoPandas:
    """Hides pandas, which users do not have, and pyarrow imports where it is."""

    def find_spec(self, name: str, *_: object) -> None:
        """Refuse pandas, and leave others to the next."""
        if name == "pandas":
            raise ModuleNotFoundError(name)


@contextmanager
def opened(rows: int, source: str) -> Iterator[object]:
    """Give the rows as a `RowStream`, from a file of batches or from SQLite."""
    if source == "arrow":
        yield _arrow(data.arrow_path(rows))
        return
    from entrepot.base.rows import ReadOptions
    from entrepot.connections import Statement, Target, open_target

    url = f"sqlite:///{data.sqlite_path(rows)}"
    database = open_target(Target(name="bench", dialect="sqlite", url=url))
    table = ("main", "t") if source == "table" else None
    columns = database.describe("main", "t").columns if table else None
    statement = Statement(sql="SELECT * FROM t", columns=columns, table=table)
    options = ReadOptions(seconds=3600, killable=source == "table")
    with database.read(statement, options) as stream:
        yield stream


def _arrow(path: Path) -> object:
    import pyarrow.ipc as ipc

    from entrepot.base.rows import RowStream

    file = ipc.open_file(path)
    batches = (file.get_batch(n) for n in range(file.num_record_batches))
    return RowStream(file.schema, batches, is_uniform=True)


def ours(name: str, rows: int, source: str, path: str) -> None:
    """Write with our format."""
    sys.meta_path.insert(0, NoPandas())
    from entrepot.exports import FORMATS, Writing

    format = FORMATS.get(name)
    with (
        opened(rows, source) as stream,
        tempfile.TemporaryDirectory() as folder,
        open(path, "w+b", buffering=1 << 20) as file,
    ):
        options = {option.name: option.default for option in format.options}
        writing = Writing(title="orders", options=options, folder=Path(folder))
        assert format.write(stream, file, writing).rows == rows


def xlsxwriter(rows: int, path: str) -> None:
    """Write what sqlite3 reads with XlsxWriter in constant memory, styled as ours."""
    import datetime as dt

    from xlsxwriter import Workbook

    book = Workbook(path, {"constant_memory": True, "strings_to_formulas": False})
    header = book.add_format({"bold": True, "bg_color": "#D9E1F2"})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
    sheet = book.add_worksheet()
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, rows, 11)
    sheet.set_column(0, 11, 20)
    cursor = sqlite3.connect(data.sqlite_path(rows)).execute("SELECT * FROM t")
    for place, (name, *_) in enumerate(cursor.description):
        sheet.write_string(0, place, name, header)
    for number, row in enumerate(cursor, start=1):
        for place, value in enumerate(row):
            if place in (5, 6):
                parsed = dt.datetime.fromisoformat(value)
                sheet.write_datetime(number, place, parsed, (day, moment)[place - 5])
            elif isinstance(value, str):
                sheet.write_string(number, place, value)
            elif value is not None:
                sheet.write_number(number, place, value)
    book.close()


def pandas(rows: int, path: str) -> None:
    """Write with pandas and openpyxl, the way most programs do."""
    import pandas as pd

    connection = sqlite3.connect(data.sqlite_path(rows))
    dates = ["ordered_on", "created_at"]
    frame = pd.read_sql("SELECT * FROM t", connection, parse_dates=dates)
    frame.to_excel(path, index=False, engine="openpyxl")


def jetxl(rows: int, path: str) -> None:
    """Write the Arrow table, all of it in memory, with jetxl."""
    import jetxl as jet
    import pyarrow.ipc as ipc

    table = ipc.open_file(data.arrow_path(rows)).read_all()
    jet.write_sheet_arrow(table, path, auto_filter=True, freeze_rows=1)


if __name__ == "__main__":
    writer, count, kind, target = sys.argv[1:]
    if writer.startswith("ours:"):
        ours(writer.partition(":")[2], int(count), kind, target)
    else:
        {"xlsxwriter": xlsxwriter, "pandas": pandas, "jetxl": jetxl}[writer](
            int(count), target
        )
