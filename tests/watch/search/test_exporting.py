"""Lines as files: once, in every format, and again and again."""

from __future__ import annotations

import csv
import io
import json
from urllib.parse import quote

import pytest

from entrepot.base.errors import Invalid
from entrepot.exports import (
    FORMATS,
    Asker,
    ExportRequest,
    Filter,
    create_export,
    get_file,
    list_exports,
)
from entrepot.exports.wanted import Source
from entrepot.watch.search.rows import LogSource, name_of, wanted_of
from entrepot.watch.spec import Wanted
from tests.watch.lines.conftest import entry, fill
from tests.working import do_jobs

__all__ = ["fill"]
DAY = "start_date=2026-03-01&end_date=2026-03-01"


@pytest.fixture
def filled(fill):
    """Three lines, a second after each other."""
    return fill(
        [
            entry(0, message="crate lost", user_id=1),
            entry(1, "ERROR", message='crate "broke"', fields={"rows": 12}),
            entry(2, "ERROR", message="=1+1", status_code=503, duration_ms=1.5),
        ]
    )


def test_lines_are_sent_as_a_file(client, filled):
    """With all that they tell, newest first."""
    answer = client.get(f"/api/logs/export?q=level:ERROR&{DAY}")

    assert answer.status_code == 200, answer.text
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert [row["message"] for row in rows] == ["'=1+1", 'crate "broke"']
    assert rows[1]["fields"] == '{"rows":12}'
    assert rows[0]["status_code"] == "503"
    assert rows[0]["timestamp"].startswith("2026-03-01")
    assert answer.headers["X-Export-Id"]


@pytest.mark.parametrize("format", [*(one.name for one in FORMATS), "excel"])
def test_every_format_has_them(client, filled, format):
    """Also by the name that the documents have for Excel."""
    with client.get(f"/api/logs/export?format={format}&{DAY}") as answer:
        assert answer.status_code == 200, answer.text
        assert len(answer.data) > 100


def test_a_receipt_is_kept(client, house, filled):
    """Of each file, with how many lines it has."""
    client.get(f"/api/logs/export?q=crate&{DAY}&format=json").close()

    [receipt] = list_exports(house, Filter())
    assert (receipt.rows, receipt.format, receipt.table) == (
        2, "json", "watch.log"
    )  # fmt: skip


def test_many_lines_become_a_job(client, house, filled):
    """Or what is asked for so; a worker makes it."""
    answer = client.get(f"/api/logs/export?{DAY}&wait=false&format=ndjson")
    assert answer.status_code == 202
    assert answer.headers["Location"] == answer.json["data"]["status_url"]

    do_jobs(house)
    file = get_file(house, answer.json["data"]["id"])
    lines = file.path.read_text().splitlines()
    assert [json.loads(line)["id"] for line in lines] == [3, 2, 1]


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ("q=level:loud", "invalid-query"),
        ("format=paper", "unknown-name"),
        ("start_date=never", "invalid-date"),
        ("q=a&query=b", "invalid"),
    ],
)
def test_what_cannot_be_is_refused(client, house, filled, asked, code):
    """Before anything is made."""
    answer = client.get(f"/api/logs/export?{asked}")

    assert (answer.status_code, answer.json["code"]) == (400, code)
    assert list_exports(house, Filter()) == []


def test_an_export_is_scheduled(client, house, filled):
    """Each time it finds what is there then; `now` is the time at which it runs."""
    body = {
        "name": "errors",
        "cron": "0 6 * * *",
        "query": "level:ERROR timestamp:<now-1h",
        "format": "excel",
    }
    answer = client.post("/api/logs/export/schedule", json=body)
    assert (answer.status_code, answer.json["data"]["name"]) == (201, "errors")

    client.post("/api/exports/schedules/errors/run")
    while do_jobs(house):
        pass
    [receipt] = list_exports(house, Filter())
    assert (receipt.status, receipt.rows, receipt.format) == ("completed", 2, "xlsx")
    assert client.post("/api/logs/export/schedule", json=body).status_code == 409
    body |= {"name": "other", "query": "("}
    answer = client.post("/api/logs/export/schedule", json=body)
    assert answer.json["code"] == "invalid-query"


def test_viewers_get_no_lines(signed_in, house, filled):
    """By no way into the exports."""
    named = {"source": {"named": "watch.log"}, "format": "csv"}
    analyst, viewer = signed_in("analyst"), signed_in("viewer")
    with analyst.get(f"/api/logs/export?{DAY}") as sent:
        assert sent.status_code == 200
    assert analyst.post("/api/exports", json=named).status_code in (200, 202)

    assert viewer.get(f"/api/logs/export?{DAY}").status_code == 403
    assert viewer.post("/api/exports", json=named).status_code == 403
    joined = {"source": {"records": [{"id": 1}]}, "operations": [
        {"type": "join", "source": {"named": "watch.log"},
         "on": [{"left": "id", "right": "id"}]}]}  # fmt: skip
    assert viewer.post("/api/exports", json=joined).status_code == 403
    table = {"source": {"connection": "log", "table": "logs"}, "format": "csv"}
    assert viewer.post("/api/exports", json=table).status_code == 403


def test_a_name_says_what_is_asked(house, filled):
    """And reads as it was; nonsense is refused."""
    asked = {"q": 'level:ERROR "a b"', "level": ("INFO", "ERROR"), "user_id": 7,
             "min_duration_ms": 1.5, "logger": ""}  # fmt: skip
    name = name_of(asked)

    found = wanted_of(name)
    assert (found.levels, found.q, found.user_id) == (("ERROR",), '"a b"', 7)
    assert found.min_duration_ms == 1.5
    assert name_of({"q": ""}) == "watch.log"
    request = ExportRequest(source=Source(named=f"watch.log?{quote('nope')}=1"))
    with pytest.raises(Invalid, match="this cannot be asked"):
        create_export(house, request, Asker(name="a"))


def test_a_log_that_is_not_there_has_no_lines(tmp_path):
    """But its columns."""
    from entrepot.base.rows import ReadOptions

    source = LogSource(path=tmp_path / "none.db", wanted=Wanted())
    with source.open(ReadOptions()) as stream:
        assert stream.schema.names[:3] == ["id", "timestamp", "level"]
        assert list(stream.batches) == []
