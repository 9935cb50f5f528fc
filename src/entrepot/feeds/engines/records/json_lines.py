"""A JSON object on each line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from entrepot.feeds.engines.bounds import RECORD_BYTES, SHOWN_CHARACTERS
from entrepot.feeds.engines.encodings import open_narrow
from entrepot.feeds.engines.records.flattening import DECODER, flatten
from entrepot.feeds.engines.records.gathering import Record
from entrepot.feeds.spec import RowError


def read_json_lines(path: Path, encoding: str) -> Iterator[Record]:
    """Yield the objects of a file, each with the number of its line."""
    with open_narrow(path, encoding) as (file, narrow):
        number = 0
        while line := file.readline(RECORD_BYTES + 1):
            number += 1
            if len(line) > RECORD_BYTES:
                reason = f"is longer than {RECORD_BYTES >> 20} MB"
                yield _wrong(number, line, reason, "too-long")
                while line and not line.endswith(b"\n"):
                    line = file.readline(RECORD_BYTES)
            elif line.strip():
                yield _record(number, line, narrow)


def _record(number: int, line: bytes, encoding: str) -> Record:
    try:
        value = DECODER.decode(line.decode(encoding).strip())
    except UnicodeDecodeError:
        return _wrong(
            number, line, f"has bytes that are no {encoding}", "wrong-encoding"
        )
    except json.JSONDecodeError as error:
        return _wrong(number, line, f"is no JSON: {error.msg}", "broken-json")
    except RecursionError:
        return _wrong(number, line, "is nested too deep", "broken-json")
    if not isinstance(value, dict):
        return _wrong(number, line, "is no object", "not-an-object")
    return number, flatten(value)


def _wrong(number: int, line: bytes, reason: str, code: str) -> RowError:
    return RowError(
        line=number,
        column="",
        value=line[:SHOWN_CHARACTERS].decode("utf-8", "replace").strip(),
        reason=reason,
        code=code,
        hint="mend the line and send the file again",
    )
