"""The audit trail in the API, in pages and in the terminal."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from contextlib import closing

import pytest
from click.testing import CliRunner

from entrepot.app import create_app
from entrepot.base.acting import Actor, become
from entrepot.cli import entrepot
from entrepot.connections import add_connection
from entrepot.web.guard import Identity
from tests.accounts.trail import act, tamper

VIEWER = Identity(name="vic@example.com", role="viewer", via="session", user_id=2)


@pytest.fixture
def client(audited):
    """The person at this machine, before a trail of three records."""
    client = create_app(audited, is_open=True).test_client()
    become(Actor(name="ann@example.com", kind="person", user_id=7))
    act(3)
    return client


@pytest.fixture
def run(audited):
    """A function that runs `entrepot audit …` in the house."""

    def run_one(*arguments):
        return CliRunner().invoke(entrepot, ["audit", *arguments], obj=audited)

    return run_one


def test_the_api_lists_newest_first_and_pages_by_number(client):
    """Each page names the next; the filters stay in its address."""
    first = client.get("/api/audit?limit=2&actor=ANN&event=Tried").json
    second = client.get(first["page"]["next"]).json

    assert [record["id"] for record in first["data"]] == [3, 2]
    assert first["page"]["next"] == "/api/audit?actor=ANN&event=Tried&limit=2&before=2"
    assert [record["id"] for record in second["data"]] == [1]
    assert second["page"] == {"next": None, "limit": 2}
    assert second["data"][0]["facts"] == {"what": "door", "count": 0}
    assert second["data"][0]["actor_user_id"] == 7


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("since=2000-01-01&until=2999-12-31", 200),
        ("since=2000-01-01T00:00:00%2B14:00", 200),
        ("since=yesterday", 400),
        ("until=9999-12-31", 400),
        ("since=0001-01-01T00:00:00%2B14:00", 400),
        ("actor=%00", 400),
        ("event=%00", 400),
        ("before=0", 400),
        ("before=9223372036854775807", 200),
        ("before=99999999999999999999", 400),
        ("limit=501", 400),
        ("colour=red", 400),
    ],
)
def test_a_wrong_question_is_told(client, query, status):
    """Nothing that stands in an address makes a fault of ours."""
    assert client.get(f"/api/audit?{query}").status_code == status
    assert client.get(f"/audit?{query}").status_code == status


def test_one_record_has_an_address(client):
    """With everything that is known; a number that nobody has is not found."""
    assert client.get("/api/audit/2").json["data"]["facts"]["count"] == 1
    assert client.get("/api/audit/99").status_code == 404
    assert client.get(f"/api/audit/{10**30}").status_code == 404


def test_a_file_of_the_trail_is_recorded_itself(client):
    """Whoever takes the records away leaves one, which says how many they were."""
    assert client.get("/api/audit/csv?event=Nothing").status_code == 200

    [newest] = client.get("/api/audit?limit=1").json["data"]
    assert (newest["event"], newest["facts"]) == ("AuditExported", {"records": 0})


def test_the_csv_holds_no_formula(client):
    """A name that begins like a formula stays a text in every spreadsheet."""
    become(Actor(name="=1+1", kind="key"))
    act(1)

    answer = client.get("/api/audit/csv")

    [head, *rows] = csv.reader(io.StringIO(answer.text))
    assert answer.content_type == "text/csv; charset=utf-8"
    assert (head[0], head[3], len(rows)) == ("id", "actor_name", 4)
    assert rows[0][3] == "'=1+1"
    assert json.loads(rows[0][8]) == {"what": "door", "count": 0}


def test_the_api_tells_whether_the_trail_is_whole(client, audited):
    """Before and after somebody was at it."""
    whole = client.get("/api/audit/verify").json["data"]
    tamper(audited, "UPDATE accounts_audit SET actor_name = 'bob' WHERE id = 2")
    broken = client.get("/api/audit/verify").json["data"]

    assert whole == {"is_whole": True, "records": 3, "heads": 0, "first_break": None}
    assert (broken["is_whole"], broken["first_break"]["id"]) == (False, 2)


@pytest.mark.parametrize(
    "path",
    [
        "/api/audit",
        "/api/audit/1",
        "/api/audit/csv",
        "/api/audit/verify",
        "/audit",
        "/audit/1",
    ],
)
def test_only_admins_look(audited, path):
    """A viewer is refused, a stranger asked to sign in."""
    act(1)
    as_viewer = create_app(audited, identify=lambda _: VIEWER).test_client()
    as_nobody = create_app(audited, identify=lambda _: None).test_client()

    assert as_viewer.get(path).status_code == 403
    assert as_nobody.get(path).status_code == 401


def test_the_page_lists_filters_and_verifies(client, audited):
    """With its filters in the address, and what verifying found."""
    page = client.get("/audit?event=Tried&actor=ann").text
    none = client.get("/audit?actor=zoe").text
    whole = client.post("/audit/verify").text
    tamper(audited, "DELETE FROM accounts_audit WHERE id = 2")
    broken = client.post("/audit/verify").text

    assert page.count('aria-label="Record ') == 3
    assert "count 2, what door" in page
    assert "No record matches" in none
    assert "The trail is whole." in whole
    assert "broken at record 2:" in broken


def test_the_page_of_a_record_escapes_what_people_wrote(client):
    """Whatever a name or a fact holds is text."""
    become(Actor(name="<script>alert(1)</script>", kind="anonymous"))
    act(1)

    page = client.get("/audit/4").text

    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page


def test_what_people_do_by_the_api_is_remembered(audited, tmp_path, monkeypatch):
    """A registered database leaves a record with the request and the address."""
    monkeypatch.chdir(tmp_path)
    client = create_app(audited, is_open=True).test_client()
    (tmp_path / "empty.db").touch()
    body = {"name": "empty", "url": "empty.db", "test": False}

    answer = client.post("/api/connections", json=body, headers={"X-Request-ID": "q7"})

    assert answer.status_code == 201
    [record] = client.get("/api/audit").json["data"]
    assert (record["event"], record["request_id"]) == ("ConnectionAdded", "q7")
    assert (record["actor_name"], record["actor_address"]) == ("local", "127.0.0.1")
    assert record["facts"]["name"] == "empty"


def test_an_export_is_remembered(audited, tmp_path, monkeypatch):
    """Its beginning with what was asked for, its end with the file's hash."""
    monkeypatch.chdir(tmp_path)
    client = create_app(audited, is_open=True).test_client()
    with closing(sqlite3.connect(tmp_path / "shop.db")) as shop:
        shop.execute("CREATE TABLE item (id INTEGER PRIMARY KEY)")
    add_connection(audited, name="shop", url=str(tmp_path / "shop.db"))
    path = "/api/data-products/shop:main/tables/item/export?format=csv"

    sent = client.get(path)
    finished, started, _ = client.get("/api/audit").json["data"]

    assert (started["event"], finished["event"]) == ("ExportStarted", "ExportFinished")
    assert finished["facts"]["sha256"] == sent.headers["X-Content-SHA256"]
    assert started["facts"]["connection"] == "shop"
    assert (started["facts"]["sql"], len(started["facts"]["sql_sha256"])) == ("", 64)
    assert started["facts"]["id"] == finished["facts"]["id"]
    sent.close()


def test_the_command_lists(run, client):
    """As lines for pipes, and as JSON."""
    lines = run("list", "--event", "Tried", "--limit", "2").output.splitlines()
    records = json.loads(run("list", "--json", "--actor", "ann").output)

    assert lines[0] == "id\tat\tactor\tkind\tevent\tfacts"
    assert [line.split("\t")[0] for line in lines[1:]] == ["3", "2"]
    assert lines[1].endswith("\tann@example.com\tperson\tTried\tcount=2, what=door")
    assert [record["id"] for record in records] == [3, 2, 1]


def test_the_command_names_the_first_broken_link(run, client, audited):
    """The exit code tells scripts."""
    whole = run("verify")
    tamper(audited, "UPDATE accounts_audit SET facts = '{}' WHERE id = 2")
    broken = run("verify")

    assert (whole.exit_code, whole.output) == (
        0,
        "The trail is whole: 3 records, 0 heads.\n",
    )
    assert broken.exit_code == 1
    assert broken.output == (
        "The trail is broken at record 2: it was changed, or written with another "
        "secret key.\n"
    )
    assert json.loads(run("verify", "--json").output)["first_break"]["id"] == 2
