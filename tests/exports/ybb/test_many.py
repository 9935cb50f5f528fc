"""Fifty thousand records of the largest template, over the wire and back."""

from __future__ import annotations

import io
import json
import time
import urllib.request
import zipfile

import openpyxl
import pytest
from tests.running import new_installation, serving

from entrepot.exports.ybb.catalogue import template_of

COUNT = 50_000
PIECE = 2_000
"""Records in each file, as the template recommends."""


def complete(number):
    """Return a record with a value in every field."""
    fields = [
        c.field for c in template_of("participants", "complete").sheets[0].columns
    ]
    dates = {"birthdate": "1999-12-31", "created_at": "2025-08-01 10:11:12"}
    texts = {field: f"{field} {number % 97} é" for field in fields}
    return {**texts, **dates, "id": number, "is_active": number % 2, "updated_at": None}


def ask(url, body=None):
    """Return an answer's bytes."""
    headers = {"Content-Type": "application/json"} if body else {}
    asked = urllib.request.Request(url, data=body, headers=headers)
    with urllib.request.urlopen(asked, timeout=120) as answer:
        return answer.read()


@pytest.mark.fault
def test_fifty_thousand_are_all_there_within_a_minute(tmp_path):
    """No record is lost, and no process holds more than 500 MB."""
    body = json.dumps(
        {
            "data": [complete(number) for number in range(1, COUNT + 1)],
            "template": "complete",
        }
    ).encode()
    with serving(new_installation(tmp_path)) as url:
        begun = time.monotonic()
        said = json.loads(ask(f"{url}/api/ybb/export/participants", body))
        status = said
        while status["state"] != "completed":
            time.sleep(0.2)
            status = json.loads(ask(url + said["status_url"]))
            assert status["status"] in ("queued", "processing", "success")
        archive = ask(url + said["download_url"])
        seconds = time.monotonic() - begun

    assert seconds < 60
    assert status["performance_metrics"]["peak_memory_mb"] < 500
    assert status["record_count"] == COUNT
    assert [file["record_count"] for file in status["files_info"]] == [PIECE] * 25
    assert ids(archive) == list(range(1, COUNT + 1))


def ids(archive) -> list[object]:
    """Return the first column of every file, in order."""
    found = []
    with zipfile.ZipFile(io.BytesIO(archive)) as files:
        assert files.testzip() is None
        for name in files.namelist():
            book = openpyxl.load_workbook(io.BytesIO(files.read(name)), read_only=True)
            sheet = book.worksheets[0]
            rows = sheet.iter_rows(min_row=2, max_col=1, values_only=True)
            found += [row[0] for row in rows]
    return found
