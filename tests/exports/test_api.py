"""`/api/exports`, through Flask's test client."""

from __future__ import annotations

import hashlib

import pytest

from entrepot.app import create_app
from entrepot.base.errors import UnknownName
from entrepot.exports import run_export
from entrepot.exports.receipts import begin, find_receipt
from entrepot.web.guard import Identity


@pytest.fixture
def finished(house, drill):
    """An export of 2,500 rows that the person at this machine made."""
    source = drill("Aufträge", rows=2500, table=("main", "stock"))
    return run_export(house, source, format="toy", by="local")


@pytest.fixture
def stranger(house):
    """The client of a viewer called eve."""
    eve = Identity(name="eve", role="viewer")
    return create_app(house, identify=lambda request: eve).test_client()


def test_formats_come_with_their_options(client):
    """Each format says what may be chosen, of which type."""
    found = {f["name"]: f for f in client.get("/api/exports/formats").json["data"]}

    assert found["toy"] == {
        "name": "toy",
        "summary": "Lines of text.",
        "media_type": "text/x-toy",
        "extension": "toy",
        "options": [
            {
                "name": "separator",
                "type": "str",
                "default": ",",
                "help": "Between values.",
                "choices": [",", ";"],
            },
            {
                "name": "seconds",
                "type": "float",
                "default": 0.0,
                "help": "Slept at the end.",
                "choices": [],
            },
            {
                "name": "zipped",
                "type": "bool",
                "default": False,
                "help": "Pack it.",
                "choices": [],
            },
            {
                "name": "level",
                "type": "int",
                "default": 1,
                "help": "A number.",
                "choices": [],
            },
        ],
    }


def test_a_receipt_says_what_was_exported(client, finished):
    """Everything about the export, and nothing of the statement but its hash."""
    body = finished.path.read_bytes()
    seen = client.get(f"/api/exports/{finished.receipt.id}").json["data"]
    data = seen["receipt"]

    assert (seen["status"], seen["percent"]) == ("completed", 100.0)
    assert seen["download_url"] == f"/api/exports/{finished.receipt.id}/download"
    assert data["started_at"].endswith("Z")
    assert data["expires_at"].endswith("Z")
    said = {"started_at": "", "expires_at": "", "seconds": 0.0, "measures": {}}
    assert data | said == {
        "id": finished.receipt.id,
        "status": "completed",
        "title": "Aufträge",
        "connection": "depot",
        "schema": "main",
        "table": "stock",
        "sql_sha256": finished.receipt.sql_sha256,
        "format": "toy",
        "options": {"separator": ",", "seconds": 0.0, "zipped": False, "level": 1},
        "file_name": "Aufträge.toy",
        "rows": 2500,
        "size_bytes": len(body),
        "sha256": hashlib.sha256(body).hexdigest(),
        "columns": [{"name": "n", "type": "int64"}, {"name": "name", "type": "string"}],
        "started_at": "",
        "seconds": 0.0,
        "cells_cut": 0,
        "parts": {"lines": 2500},
        "created_by": "local",
        "error": None,
        "error_detail": None,
        "job": None,
        "template": None,
        "template_version": None,
        "schedule": None,
        "attempts": 1,
        "expected_rows": None,
        "expires_at": "",
        "files": [],
        "warnings": [],
        "measures": {},
    }


def test_the_file_can_be_had_again(client, finished):
    """The kept file is sent whole, with its hash and the receipt's id."""
    answer = client.get(f"/api/exports/{finished.receipt.id}/download", buffered=True)

    assert answer.data == finished.path.read_bytes()
    assert answer.headers["Content-Length"] == str(finished.receipt.size_bytes)
    assert answer.headers["X-Export-Id"] == finished.receipt.id
    assert answer.headers["X-Content-SHA256"] == finished.receipt.sha256
    assert answer.content_type == "text/x-toy"


def test_a_removed_file_is_410_and_its_receipt_stays(client, finished):
    """Past the retention there is only the receipt."""
    address = f"/api/exports/{finished.receipt.id}"
    assert client.get(f"{address}/download", buffered=True).status_code == 200

    finished.path.unlink()
    answer = client.get(f"{address}/download", buffered=True)

    assert (answer.status_code, answer.json["code"]) == (410, "expired")
    assert "EXPORT_RETENTION_HOURS" in answer.json["hint"]
    assert client.get(address).json["data"]["status"] == "completed"


def test_a_broken_export_has_a_receipt_and_no_file(client, house, drill):
    """What broke says so, by its error's code; there is nothing to download."""
    source = drill(rows=5000, at=3000, act="refuse")
    with pytest.raises(UnknownName):
        run_export(house, source, format="toy", by="local")
    broken = client.get("/api/exports").json["data"][0]

    assert (broken["status"], broken["error"]) == ("failed", "unknown-name")
    assert (
        client.get(f"/api/exports/{broken['id']}/download", buffered=True).status_code
        == 404
    )


def test_the_list_goes_on_behind_the_last(client, house, drill):
    """`page.next` leads to the rest, and ends."""
    ids = [
        run_export(house, drill(rows=n), format="toy", by="local").receipt.id
        for n in range(3)
    ]
    first = client.get("/api/exports?limit=2").json
    rest = client.get(first["page"]["next"]).json

    assert [r["id"] for r in first["data"] + rest["data"]] == ids[::-1]
    assert (first["page"]["limit"], rest["page"]["next"]) == (2, None)


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/api/exports/nope", 404),
        ("/api/exports/nope/download", 404),
        ("/api/exports?after=nope", 404),
        ("/api/exports?limit=0", 400),
        ("/api/exports?limit=-1", 400),
        ("/api/exports?limit=abc", 400),
        ("/api/exports?limit=1e9", 400),
        ("/api/exports?page=2", 400),
    ],
)
def test_a_wrong_question_is_a_problem(client, address, status):
    """What is not there is 404, what cannot be right is 400."""
    answer = client.get(address)

    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"


def test_a_running_export_is_cancelled(client, house, finished):
    """Cancelling a running export ends it; an ended one stays as it was."""
    running = find_receipt(house.store, finished.receipt.id)
    ghost = type(running)(
        **{f: getattr(running, f) for f in running.__slots__}
        | {"id": "ghost", "status": "running"}
    )
    begin(house.store, ghost)

    def cancel(id):
        return client.post(f"/api/exports/{id}/cancel").json["data"]["status"]

    assert cancel("ghost") == "cancelled"
    assert cancel(finished.receipt.id) == "completed"
    assert client.post("/api/exports/nope/cancel").status_code == 404


def test_exports_of_others_are_not_there(client, stranger, finished):
    """A person sees their own exports; an admin sees all."""
    address = f"/api/exports/{finished.receipt.id}"
    assert client.get(address).status_code == 200

    assert stranger.get(address).status_code == 404
    assert stranger.get(f"{address}/download", buffered=True).status_code == 404
    assert stranger.post(f"{address}/cancel").status_code == 404
    assert stranger.get("/api/exports").json["data"] == []
