"""A house that takes bodies in, and what it has on its disk afterwards."""

from __future__ import annotations

import io
import json

import pyarrow as pa
import pytest

from entrepot.exports.intake.take import spool_folder, take_records


@pytest.fixture
def post(house):
    """Have a body read: a text, bytes, or what becomes JSON."""

    def take(body, member=("data",), **how):
        if not isinstance(body, bytes):
            text = body if isinstance(body, str) else json.dumps(body)
            body = text.encode()
        return take_records(house, io.BytesIO(body), len(body), member, **how)

    return take


@pytest.fixture
def kept(house):
    """Return the names of all files of spools."""
    folder = spool_folder(house)
    return lambda: sorted(p.name for p in folder.iterdir()) if folder.is_dir() else []


@pytest.fixture
def spooled():
    """Return a spool's schema as text, and its rows."""

    def read(path):
        with pa.OSFile(str(path)) as file:
            table = pa.ipc.open_stream(file).read_all()
            assert file.tell() == file.size(), "one stream only"
        types = {field.name: str(field.type) for field in table.schema}
        return types, [list(row.values()) for row in table.to_pylist()]

    return read
