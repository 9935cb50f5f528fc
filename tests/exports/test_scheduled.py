"""Exports that are wanted again and again, and what is sent when a file is whole."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import msgspec
import pytest
from click.testing import CliRunner
from tests.conftest import PASSWORD
from tests.databases import copy_schema
from tests.working import do_jobs

from entrepot.accounts import add_user, change_user, remove_user
from entrepot.app import create_app
from entrepot.base.acting import Actor, acting_as
from entrepot.base.errors import Conflict, Invalid, NotThere
from entrepot.composition import build_house, load_kinds
from entrepot.connections import add_connection
from entrepot.delivery import (
    DestinationWanted,
    add_destination,
    list_deliveries,
    remove_destination,
)
from entrepot.exports import (
    Asker,
    ExportRequest,
    Filter,
    create_export,
    get_export,
    list_exports,
)
from entrepot.exports.cli.schedules import schedules
from entrepot.exports.scheduled import (
    list_export_schedules,
    run_export_schedule,
    schedule_export,
)
from entrepot.exports.wanted import Join, JoinKey, Source
from entrepot.jobs import get_job_seen, resume_job
from entrepot.web.guard import Identity

TABLE = Source(connection="shop", table="orders")
QUERY = Source(connection="shop", query="SELECT * FROM orders")
DAILY = ExportRequest(source=TABLE, format="csv", deliver_to=["box"])
NOW = ExportRequest(source=TABLE, format="csv", deliver_to=["box"], wait=True)


@pytest.fixture
def house(environ, tmp_path, sqlite_template):
    """A house with the connection `shop` of five orders, and the folder `box`."""
    load_kinds()
    out = {"ENTREPOT_DELIVERY_FOLDERS": str(tmp_path / "out")}
    house = build_house({**environ, **out, "ENTREPOT_CONNECTIONS_ROOTS": str(tmp_path)})
    copy_schema(house, sqlite_template)
    with closing(sqlite3.connect(tmp_path / "shop.db")) as writer, writer:
        writer.execute("CREATE TABLE orders (id INTEGER PRIMARY KEY)")
        writer.executemany("INSERT INTO orders VALUES (?)", [(n,) for n in range(10)])
    add_connection(house, name="shop", url=f"sqlite:///{tmp_path}/shop.db")
    options = {"folder": "box", "file_name": "{id}.{extension}"}
    wanted = DestinationWanted(name="box", channel="folder", options=options)
    add_destination(house, wanted)
    yield house
    house.close()


@pytest.fixture
def ana(house):
    """An analyst with an account."""
    email = "ana@example.com"
    return add_user(house, email=email, password=PASSWORD, role="analyst").user


@pytest.fixture
def daily(house, ana):
    """Ana's schedule `daily`."""
    with acting_as(Actor(name=ana.email, kind="person", user_id=ana.id)):
        return schedule_export(
            house, DAILY, role="analyst", name="daily", cron="0 6 * * *"
        )


@pytest.fixture
def fire(house):
    """A function that lets a schedule run, with all that follows; its first job."""

    def once(name="daily"):
        job = run_export_schedule(house, name)
        while do_jobs(house):
            pass
        return get_job_seen(house, job)

    return once


def cut(tmp_path, rows):
    """Leave so many orders."""
    with closing(sqlite3.connect(tmp_path / "shop.db")) as writer, writer:
        writer.execute("DELETE FROM orders WHERE id >= ?", (rows,))


def made(house):
    """Return the exports, the newest first."""
    return list_exports(house, Filter())


def test_a_completed_export_is_delivered(house, tmp_path):
    """Made in the request: the very file lies in the folder after its job."""
    seen = create_export(house, NOW, Asker(name="ana@example.com"))
    sent = list_deliveries(house, subject=f"export:{seen.id}")
    do_jobs(house)
    (file,) = (tmp_path / "out" / "box").iterdir()

    assert seen.status == "completed"
    assert [(d.destination, d.state, d.title) for d in sent] == [
        ("box", "waiting", "orders – 10 rows")
    ]
    assert file.name == f"{sent[0].id}.csv"
    assert file.read_bytes().count(b"\r\n") == 11


def test_a_cached_export_is_delivered_again(house):
    """Who asks for the same again gets it again, though it is not made again."""
    first = create_export(house, NOW, Asker(name="ana@example.com"))
    second = create_export(house, NOW, Asker(name="ana@example.com"))

    assert (second.id, second.is_cached) == (first.id, True)
    assert len(list_deliveries(house, subject=f"export:{first.id}")) == 2


def test_an_unknown_destination_is_refused_before_anything_is_read(house):
    """Nothing is made."""
    wanted = ExportRequest(source=TABLE, deliver_to=["box", "nowhere"])
    with pytest.raises(NotThere, match="nowhere"):
        create_export(house, wanted, Asker(name="ana@example.com"))

    assert made(house) == []


def test_a_schedule_makes_a_new_export_each_time(house, daily, fire):
    """Fresh though nothing changed, under the schedule's name, delivered each time."""
    jobs = [fire(), fire()]
    found = made(house)

    assert [job.state for job in jobs] == ["completed", "completed"]
    assert [job.result["export"] for job in jobs] == [e.id for e in reversed(found)]
    assert [(e.status, e.schedule, e.created_by) for e in found] == [
        ("completed", "daily", "ana@example.com")
    ] * 2
    assert [d.state for d in list_deliveries(house)] == ["delivered"] * 2


def test_far_fewer_rows_are_told(house, daily, fire, heard, tmp_path):
    """More than 30 % below the last completed run: an event, and in the receipt."""
    fire()
    cut(tmp_path, 7)
    fire()
    cut(tmp_path, 4)
    fire()
    told = [event for event in heard if type(event).__name__ == "RowsDropped"]

    assert [(e.schedule, e.rows, e.rows_before) for e in told] == [("daily", 4, 7)]
    assert [e.warnings for e in made(house)] == [
        ("4 rows, 43 % fewer than the last time (7)",),
        (),
        (),
    ]


def test_a_removed_destination_does_not_break_the_export(house, daily, fire):
    """At the time of the request it is refused; in the middle it is warned of."""
    run_export_schedule(house, "daily")
    do_jobs(house)  # the export is asked for now, and waits
    remove_destination(house, "box")
    do_jobs(house)
    (export,) = made(house)

    assert export.status == "completed"
    assert export.warnings == ("the destination box is not there any more",)
    assert fire().error == "there is no destination named 'box'"


def test_a_schedule_takes_what_its_maker_may_take_now(house, ana, daily, fire):
    """Demoted, they get no query any more; removed, nothing at all."""
    with acting_as(Actor(name=ana.email, kind="person", user_id=ana.id)):
        wanted = ExportRequest(source=QUERY, format="csv")
        schedule_export(house, wanted, role="analyst", name="asked", cron="0 6 * * *")
        on = [JoinKey(left="id", right="id")]
        hidden = ExportRequest(
            source=TABLE, format="csv", operations=[Join(source=QUERY, on=on)]
        )
        schedule_export(house, hidden, role="analyst", name="hid", cron="0 6 * * *")
    assert (fire("asked").state, fire("hid").state) == ("completed", "completed")
    change_user(house, ana.id, role="viewer")
    demoted = fire("asked"), fire("hid"), fire("daily")
    change_user(house, ana.id, is_active=False)
    inactive = fire("daily")
    remove_user(house, ana.id)
    removed = fire("daily")

    assert [(job.state, job.error_code) for job in demoted] == [
        ("failed", "denied"),
        ("failed", "denied"),
        ("completed", ""),
    ]
    assert (inactive.state, removed.state) == ("failed", "failed")
    assert "may not sign in any more" in inactive.error
    assert "is not here any more" in removed.error


@pytest.mark.parametrize(
    "source", [Source(records=[{"id": 1}]), Source(upload="x"), Source(spool="x")]
)
def test_rows_that_are_sent_once_have_no_schedule(house, source):
    """They are not there the next time."""
    wanted = ExportRequest(source=source)
    with pytest.raises(Invalid, match="not there the next time"):
        schedule_export(house, wanted, role="admin", name="x", cron="0 6 * * *")

    assert list_export_schedules(house) == []


def test_a_name_is_taken_once(house, daily):
    """Among all schedules."""
    with pytest.raises(Conflict):
        schedule_export(house, DAILY, role="admin", name="daily", cron="0 6 * * *")


def test_the_api_does_the_same(house):
    """Made, listed, changed, paused, run, removed; others' are not there."""

    def client(role, name):
        who = Identity(name=name, role=role)
        return create_app(house, identify=lambda request: who).test_client()

    ana, eve, vi = (
        client("analyst", "ana"),
        client("analyst", "eve"),
        client("viewer", "v"),
    )
    base = "/api/exports/schedules"
    body = {"name": "daily", "cron": "0 6 * * 1-5", "time_zone": "Europe/Berlin"}
    body["request"] = {"source": {"connection": "shop", "table": "orders"}}
    answers = [
        vi.post(base, json=body),
        ana.post(base, json=body),
        ana.post(base, json=body),
        ana.post(base, json=body | {"name": "b", "cron": "no"}),
        eve.get(f"{base}/daily"),
        eve.delete(f"{base}/daily"),
        ana.patch(f"{base}/daily", json={"is_paused": True, "cron": "0 7 * * *"}),
        ana.get(f"{base}/daily"),
        ana.post(f"{base}/daily/run"),
        ana.delete(f"{base}/daily"),
    ]

    assert [answer.status_code for answer in answers] == [
        403, 201, 409, 400, 404, 404, 200, 200, 202, 200
    ]  # fmt: skip
    shown = answers[7].json["data"]
    assert (shown["cron"], shown["is_paused"], shown["next_at"]) == (
        "0 7 * * *",
        True,
        None,
    )
    assert shown["request"]["source"]["table"] == "orders"
    assert list_export_schedules(house) == []


def test_the_pages_do_the_same(house):
    """From a receipt: a form, a schedule, its buttons; wrong times are told."""
    who = Identity(name="ana", role="analyst")
    client = create_app(house, identify=lambda request: who).test_client()
    id = create_export(house, NOW, Asker(name="ana")).id
    receipt = client.get(f"/exports/{id}").text
    form = client.get(f"/exports/{id}/schedule").text
    fields = {"name": "daily", "cron": "0 6 * * *", "deliver_to": "box"}
    wrong = client.post(f"/exports/{id}/schedule", data=fields | {"other": "often"})
    right = client.post(f"/exports/{id}/schedule", data=fields)
    (made_one,) = list_export_schedules(house)
    listed = client.get("/exports/schedules").text
    paused = client.post("/exports/schedules/daily/pause")
    (after,) = list_export_schedules(house)

    assert f"/exports/{id}/schedule" in receipt
    assert "On its way, 0 tries" in receipt
    assert 'value="box" checked' in form
    assert (wrong.status_code, right.status_code, paused.status_code) == (400, 303, 303)
    assert (made_one.cron, made_one.request.deliver_to) == ("0 6 * * *", ["box"])
    assert "Run now: daily" in listed
    assert after.is_paused


def test_the_command_does_the_same(house, tmp_path):
    """Made of a file as the API takes it, listed, paused, resumed, run, removed."""
    file = tmp_path / "wanted.json"
    source = '{"connection": "shop", "table": "orders"}'
    file.write_text('{"source": ' + source + ', "deliver_to": ["box"]}')
    said = []
    for arguments in (
        ("add", "daily", "0 6 * * *", str(file), "--time-zone", "Europe/Berlin"),
        ("list",),
        ("pause", "daily"),
        ("resume", "daily"),
        ("run", "daily"),
        ("remove", "daily"),
    ):
        done = CliRunner().invoke(schedules, arguments, obj=house)
        assert done.exit_code == 0, done.output
        said.append(done.output)

    assert "daily\tshop: orders\txlsx\t0 6 * * *\tEurope/Berlin\t" in said[1]
    assert get_job_seen(house, said[4].strip()).subject == "schedule:daily"
    assert list_export_schedules(house) == []


def test_a_job_does_what_the_one_who_asked_may_do_now(house, ana):
    """An export that waits is of a query; demoted, they do not get it, nor again."""
    query = ExportRequest(source=QUERY, format="csv", wait=False)
    with acting_as(Actor(name=ana.email, kind="person", user_id=ana.id)):
        first = create_export(house, query, Asker(name=ana.email))
        do_jobs(house)
        second = create_export(
            house, msgspec.structs.replace(query, fresh=True), Asker(name=ana.email)
        )
    change_user(house, ana.id, role="viewer")
    do_jobs(house)
    resume_job(house, second.job)
    do_jobs(house)

    done, refused = (get_export(house, made.id) for made in (first, second))
    assert (done.status, refused.status, refused.error) == (
        "completed",
        "failed",
        "denied",
    )


def test_viewers_send_nothing_to_destinations(house):
    """A name they choose could take the place of a file that others wait for."""
    wanted = {"source": {"connection": "shop", "table": "orders"}, "format": "csv"}

    def asked(role):
        who = Identity(name=role, role=role)
        client = create_app(house, identify=lambda request: who).test_client()
        return client.post("/api/exports", json={**wanted, "deliver_to": ["box"]})

    assert [asked(role).status_code for role in ("analyst", "viewer")] == [202, 403]
