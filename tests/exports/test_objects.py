"""Exports as objects: asked for, made once, fetched, removed."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from entrepot.app import create_app
from entrepot.base.errors import Unavailable
from entrepot.connections import add_connection
from entrepot.exports import receipts
from entrepot.exports.events import ExportDeleted
from entrepot.exports.models import Export
from entrepot.jobs import KINDS, Ending, JobStopped, find_job
from entrepot.web.guard import Identity


@dataclass
class Hands:
    """A worker's hands: what the kind is told, and what it says."""

    parameters: dict[str, object]
    attempt: int = 1
    id: str = "job"
    said: list[dict[str, object]] = field(default_factory=list)

    def advance(self, **said):
        self.said.append(said)

    def check(self):
        """Go on."""


@pytest.fixture
def shop(house):
    """Register a file with a table of five orders; return its path."""
    path = house.home / "shop.db"
    with closing(sqlite3.connect(path)) as writer, writer:
        writer.execute("PRAGMA journal_mode = wal")
        writer.execute("CREATE TABLE orders (id INTEGER PRIMARY KEY, code TEXT)")
        rows = [(n, f"00{n}") for n in range(5)]
        writer.executemany("INSERT INTO orders VALUES (?, ?)", rows)
    add_connection(house, name="shop", url=f"sqlite:///{path}")
    return path


@pytest.fixture
def ask(client):
    """Ask for an export; return status and data of the answer."""

    def ask(source, **more):
        body = {"source": source, "format": "csv"} | more
        answer = client.post("/api/exports", json=body)
        return answer.status_code, answer.json.get("data", answer.json)

    return ask


@pytest.fixture
def work(house):
    """Do the job of an export as a worker would; return what it was told."""

    def work(seen, attempt=1):
        job = find_job(house, seen["job"])
        kind = KINDS[job.kind]
        with house.store.session() as session:
            parameters = session.connection().exec_driver_sql(
                "SELECT parameters FROM jobs WHERE job_uuid = ?", (seen["job"],)
            )
            hands = Hands(json.loads(parameters.scalar_one()), attempt)
        result = kind.run(house, hands)
        return hands, result

    return work


TABLE = {"connection": "shop", "table": "orders"}
QUERY = {"connection": "shop", "query": "SELECT id, code FROM orders WHERE id > 2"}


def test_a_small_source_is_exported_at_once(client, ask, shop):
    """Its rows are known to be few: the answer is the completed export."""
    status, seen = ask(TABLE, wait=True)
    file = client.get(seen["download_url"], buffered=True)

    assert (status, seen["status"], seen["percent"]) == (200, "completed", 100.0)
    assert seen["receipt"]["rows"] == 5
    assert list(csv.reader(io.StringIO(file.text)))[1] == ["0", "000"]
    assert file.headers["ETag"] == f'"{seen["receipt"]["sha256"]}"'


def test_posted_records_are_exported_at_once(client, ask, house):
    """Their count is known, so the request waits, and the spool is gone after it."""
    records = [{"code": "007", "id": 1}, {"code": None, "id": 2}]
    status, seen = ask({"records": records})
    file = client.get(seen["download_url"], buffered=True)

    assert (status, seen["expected_rows"], seen["rows"]) == (200, 2, 2)
    assert file.text == "code,id\r\n007,1\r\n,2\r\n"
    assert list((house.home / "exports" / "spools").iterdir()) == []


def test_a_query_becomes_a_job(client, ask, shop, work, house):
    """The answer says where to look; the file is there when the job is done."""
    status, seen = ask(QUERY)
    early = client.get(f"{seen['status_url']}/download")

    assert (status, seen["status"], seen["queue_position"]) == (202, "queued", 0)
    assert (seen["receipt"], seen["download_url"]) == (None, None)
    assert (early.status_code, early.json["code"]) == (409, "not-ready")
    assert int(early.headers["Retry-After"]) >= 1

    _, result = work(seen)
    done = client.get(seen["status_url"]).json["data"]

    assert (done["status"], done["rows"], done["attempts"]) == ("completed", 2, 1)
    assert result["sha256"] == done["receipt"]["sha256"]
    assert client.get(done["download_url"], buffered=True).text == (
        "id,code\r\n3,003\r\n4,004\r\n"
    )


def test_a_file_comes_in_ranges(client, ask, shop):
    """A broken download goes on where it was; a changed file would begin anew."""
    _, seen = ask(TABLE, wait=True)
    address, tag = seen["download_url"], f'"{seen["receipt"]["sha256"]}"'

    def get(**headers):
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = client.get(address, headers=named, buffered=True)
        return answer.status_code, answer.data[:4]

    assert get() == (200, b"id,c")
    assert get(Range="bytes=3-6") == (206, b"code")
    assert get(Range="bytes=9999-")[0] == 416
    assert get(If_None_Match=tag) == (304, b"")
    assert get(Range="bytes=3-6", If_Range=tag) == (206, b"code")
    assert get(Range="bytes=3-6", If_Range='"other"') == (200, b"id,c")


def test_the_same_request_is_made_once_at_a_time(client, ask, shop):
    """While it waits or runs, asking again gives the same export."""
    _, first = ask(QUERY)
    status, second = ask(QUERY, wait=True)

    assert (status, second["id"]) == (202, first["id"])
    assert (first["is_running_already"], second["is_running_already"]) == (False, True)


def test_a_kept_file_of_the_same_rows_serves_again(ask, shop):
    """Until the source changes, or somebody wants it fresh."""
    _, first = ask(TABLE, wait=True)
    _, cached = ask(TABLE, wait=True)
    _, fresh = ask(TABLE, wait=True, fresh=True)
    with closing(sqlite3.connect(shop)) as writer, writer:
        writer.execute("INSERT INTO orders VALUES (9, 'new')")
    _, changed = ask(TABLE, wait=True)

    assert (cached["id"], cached["is_cached"]) == (first["id"], True)
    assert (fresh["is_cached"], changed["is_cached"]) == (False, False)
    assert len({first["id"], fresh["id"], changed["id"]}) == 3
    assert (fresh["rows"], changed["rows"]) == (5, 6)


def test_what_answers_otherwise_each_time_is_never_cached(ask, shop):
    """A clock or chance in a query gives other rows of an unchanged file."""
    steady = {"connection": "shop", "query": "SELECT 1 AS n"}
    chance = {"connection": "shop", "query": "SELECT random() AS n"}

    assert [ask(steady, wait=True)[1]["is_cached"] for _ in "ab"] == [False, True]
    assert [ask(chance, wait=True)[1]["is_cached"] for _ in "ab"] == [False, False]


def test_a_cancel_ends_what_waits(client, ask, shop, work):
    """The job and its export end together, and the worker finds nothing to do."""
    _, seen = ask(QUERY)
    ended = client.post(f"{seen['status_url']}/cancel").json["data"]
    hands, result = work(seen)

    assert (ended["status"], ended["error"]) == ("cancelled", "export-stopped")
    assert (hands.said, result) == ([], None)
    assert client.get(f"{seen['status_url']}/download").status_code == 404


def test_a_deleted_export_keeps_its_receipt(client, ask, shop, house, heard):
    """The file is gone, says so, and it is recorded; twice does no harm."""
    _, seen = ask(TABLE, wait=True)
    address = seen["status_url"]
    assert client.get(f"{address}/download", buffered=True).status_code == 200
    gone = client.delete(address).json["data"]

    assert (gone["status"], gone["download_url"]) == ("expired", None)
    assert gone["receipt"]["rows"] == 5
    assert client.get(f"{address}/download").status_code == 410
    assert client.delete(address).status_code == 200
    deleted = [event for event in heard if isinstance(event, ExportDeleted)]
    assert [event.id for event in deleted] == [seen["id"]]
    assert not (house.home / "exports" / seen["id"]).exists()


def test_an_attempt_that_failed_leaves_the_export_waiting(ask, house, work):
    """`Unavailable` is tried again: the row waits until the job's end settles it."""
    add_connection(house, name="depot", url="drill://here/", test=False)
    plan = {"rows": 5000, "at": 3000, "act": "vanish"}
    _, seen = ask({"connection": "depot", "query": json.dumps(plan)}, format="toy")
    with pytest.raises(Unavailable):
        work(seen)

    waiting = receipts.find_receipt(house.store, seen["id"])
    assert (waiting.status, waiting.attempts, waiting.rows) == ("queued", 1, None)
    assert not (house.home / "exports" / seen["id"]).exists()


def test_the_end_of_a_job_ends_its_export(ask, house, shop, heard):
    """A job that failed tells why; the same transaction holds both."""
    _, seen = ask(QUERY)
    ending = Ending(state="failed", code="timed-out", message="it took too long")
    with house.store.session() as session:
        KINDS["exports.run"].ended(house, session, {"export": seen["id"]}, ending)

    failed = receipts.find_receipt(house.store, seen["id"])
    assert (failed.status, failed.error, failed.error_detail) == (
        "failed",
        "timed-out",
        "it took too long",
    )
    assert type(heard[-1]).__name__ == "ExportBroke"


def test_a_job_that_waits_once_more_takes_its_export_along(ask, house, shop, work):
    """After a resume the export waits, and its file is made."""
    _, seen = ask(QUERY)
    kind, parameters = KINDS["exports.run"], {"export": seen["id"]}
    ending = Ending(state="failed", code="timed-out", message="")
    with house.store.session() as session:
        kind.ended(house, session, parameters, ending)
        kind.again(house, session, parameters)
    work(seen, attempt=2)

    done = receipts.find_receipt(house.store, seen["id"])
    assert (done.status, done.attempts, done.error) == ("completed", 2, None)


def test_a_stopped_job_leaves_no_file(ask, house, shop, work, monkeypatch):
    """Whatever the worker's hands raise ends the attempt, and comes out as it is."""

    def stop(self, **said):
        raise JobStopped("the worker shuts down")

    monkeypatch.setattr(Hands, "advance", stop)
    _, seen = ask(QUERY)
    with pytest.raises(JobStopped):
        work(seen)

    assert receipts.find_receipt(house.store, seen["id"]).status == "queued"
    assert not (house.home / "exports" / seen["id"]).exists()


def test_a_role_bounds_its_jobs_as_well(house, shop, work):
    """What a viewer may take holds in the worker too; queries are not theirs."""
    eve = Identity(name="eve", role="viewer")
    client = create_app(house, identify=lambda request: eve).test_client()
    body = {"source": TABLE, "format": "csv", "wait": False}
    seen = client.post("/api/exports", json=body).json["data"]
    refused = client.post("/api/exports", json=body | {"source": QUERY})
    hands, _ = work(seen)

    assert (refused.status_code, refused.json["code"]) == (403, "denied")
    assert hands.parameters == {
        "export": seen["id"], "most_rows": 100_000, "seconds": 900
    }  # fmt: skip


def test_the_list_since_a_moment_has_what_lives(client, ask, shop, house):
    """What ended before is left out; what waits comes, however old it is."""
    _, old = ask(TABLE, wait=True)
    _, waiting = ask(QUERY)
    with house.store.session() as session:
        for id in (old["id"], waiting["id"]):
            session.get(Export, id).started_at -= timedelta(hours=2)
    _, new = ask(TABLE, wait=True, fresh=True)
    since = session_time(new)
    found = client.get("/api/exports", query_string={"since": since}).json["data"]

    assert [e["id"] for e in found] == [new["id"], waiting["id"]]
    found = client.get("/api/exports?status=queued").json["data"]
    assert [e["id"] for e in found] == [waiting["id"]]


def session_time(seen):
    """Return when an export began."""
    return seen["started_at"]


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ({"source": {}}, 400, "name one source"),
        ({"source": {"table": "orders"}}, 400, "needs its `connection`"),
        ({"source": TABLE | {"query": "SELECT 1"}}, 400, "name one source"),
        ({"source": TABLE | {"spool": "x"}}, 400, "only our own code"),
        ({"source": {"upload": "../../etc/passwd"}}, 404, "no upload named"),
        ({"source": TABLE, "format": "doc"}, 400, "no export format named 'doc'"),
        ({"source": TABLE, "template": "nope"}, 404, "no template named 'nope'"),
        ({"source": TABLE, "whatever": 1}, 400, "unknown field"),
        ({"source": TABLE, "split": {"rows": 0}}, 400, ">= 1"),
        ({"source": {"records": [{"a": 1}, 2]}}, 400, "1"),
    ],
)
def test_a_wrong_request_makes_nothing(client, house, shop, body, status, said):
    """It says what is wrong, and there is no export."""
    answer = client.post("/api/exports", json={"format": "csv"} | body)

    assert (answer.status_code, said in answer.json["detail"]) == (status, True)
    assert client.get("/api/exports").json["data"] == []
    spools = house.home / "exports" / "spools"
    assert not spools.exists() or list(spools.iterdir()) == []
