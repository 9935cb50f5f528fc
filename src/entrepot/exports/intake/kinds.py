"""From the kind of a body to what reads it."""

from __future__ import annotations

from importlib import import_module
from typing import BinaryIO

from entrepot.base.errors import UnknownName
from entrepot.exports.intake.spec import Taken, Wanted

READERS = {
    "records": "posted.read_posted",
    "json": "posted.read_posted",
    "ndjson": "lines.read_lines",
    "csv": "delimited.read_csv",
    "xlsx": "workbooks.read_workbook",
    "xls": "workbooks.read_workbook",
    "parquet": "parquet.read_parquet",
}
"""By kind; a module is imported when a body is of its kind."""

ENDINGS = {
    ".json": "json",
    ".ndjson": "ndjson",
    ".jsonl": "ndjson",
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".xlsx": "xlsx",
    ".xls": "xls",
    ".parquet": "parquet",
}


def read(file: BinaryIO, wanted: Wanted) -> Taken:
    """Read a body of any kind into its spool.

    Raises:
        EntrepotError: It is not of that kind, or of a shape that is not taken.
    """
    module, _, name = READERS[wanted.kind].partition(".")
    reader = getattr(import_module(f"{__package__}.{module}"), name)
    taken: Taken = reader(file, wanted)
    return taken


def kind_of(name: str) -> str:
    """Return the kind of a file by its name.

    Raises:
        UnknownName: Such files are not taken.
    """
    dot = name.rfind(".")
    ending = name[dot:].lower() if dot >= 0 else ""
    if ending not in ENDINGS:
        raise UnknownName("kind of file", ending or name, list(ENDINGS))
    return ENDINGS[ending]


ALONE = ("xlsx", "xls", "parquet")
"""Kinds whose readers are other people's code over other people's files: they run in
a process of their own, whatever the size."""
