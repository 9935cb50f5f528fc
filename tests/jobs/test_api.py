"""`/api/jobs`: who sees which jobs, what changed, and what may be done to one."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import update

from entrepot.app import create_app
from entrepot.base.times import now
from entrepot.jobs import Job
from entrepot.web.guard import Identity

URL = "http://ann{}@host/".format(":mole")
ANN, BEN = "ann@example.com", "ben@example.com"


@pytest.fixture
def sign_in(both):
    """A function that gives a test client of somebody."""

    def client(name=ANN, role="viewer"):
        who = Identity(name=name, role=role, via="token")
        return create_app(both, identify=lambda request: who).test_client()

    return client


@pytest.fixture
def admin(sign_in):
    """An admin's test client."""
    return sign_in("ada@example.com", "admin")


def ids(answer):
    """Return the ids of a list's jobs."""
    assert answer.status_code == 200, answer.text
    return [job["id"] for job in answer.json["data"]]


def age(house, id):
    """Let a job have changed an hour ago."""
    hour = now() - timedelta(hours=1)
    with house.store.session() as session:
        changed = update(Job).where(Job.job_uuid == id)
        session.execute(changed.values(updated_at=hour))


def test_people_see_their_own_jobs_and_admins_all(sign_in, admin, add_job):
    """Others' are not there: neither in lists, nor alone, nor by asking for them."""
    hers, his = add_job(requested_by=ANN), add_job(requested_by=BEN)
    ann = sign_in()

    assert ids(admin.get("/api/jobs")) == [his, hers]
    assert ids(admin.get(f"/api/jobs?by={BEN}")) == [his]
    assert ids(ann.get("/api/jobs")) == [hers]
    assert ids(ann.get(f"/api/jobs?by={BEN}")) == []
    assert ann.get(f"/api/jobs/{hers}").status_code == 200
    assert ann.get(f"/api/jobs/{his}").status_code == 404
    for verb in ("cancel", "retry", "resume"):
        assert ann.post(f"/api/jobs/{his}/{verb}").status_code == 404
    assert admin.post(f"/api/jobs/{his}/cancel").json["data"]["state"] == "cancelled"


def test_jobs_are_found_by_what_they_are(admin, add_job):
    """By states, subject and kind; a state that is none is refused."""
    failed = add_job("failed", subject="export:7")
    waiting = add_job("pending", subject="export:8")
    add_job("completed")

    assert ids(admin.get("/api/jobs?state=failed&state=pending")) == [waiting, failed]
    assert ids(admin.get("/api/jobs?subject=export:7")) == [failed]
    assert ids(admin.get("/api/jobs?kind=test.dance")) == []
    assert admin.get("/api/jobs?state=lazy").status_code == 400


def test_a_long_list_comes_in_pages(admin, add_job):
    """Each has the address of the next; the last has none."""
    made = [add_job(subject="export:7") for _ in range(5)]
    address, pages = "/api/jobs?subject=export:7&limit=2", []
    while address:
        answer = admin.get(address)
        pages.append(ids(answer))
        address = answer.json["page"]["next"]

    assert pages == [made[4:2:-1], made[2:0:-1], made[:1]]


def test_whoever_follows_is_told_what_changed(admin, add_job, both):
    """What was there before comes once more at most; while nothing happens, 304."""
    old = add_job("completed")
    age(both, old)
    first = admin.get("/api/jobs/changes").json["data"]
    assert [job["id"] for job in first["jobs"]] == [old]

    address = f"/api/jobs/changes?since={first['since']}"
    quiet = admin.get(address)
    again = admin.get(address, headers={"If-None-Match": quiet.headers["ETag"]})
    assert (quiet.json["data"]["jobs"], again.status_code) == ([], 304)

    new = add_job()
    told = admin.get(address, headers={"If-None-Match": quiet.headers["ETag"]})

    assert [job["id"] for job in told.json["data"]["jobs"]] == [new]
    assert admin.get("/api/jobs/changes?since=yesterday").status_code == 400


def test_a_job_shows_what_was_asked_without_secrets(admin, add_job, both):
    """Also where plain SQL put them there."""
    id = add_job(parameters={"table": "orders"}, requested_by=ANN)
    raw = json.dumps({"table": "orders", "password": "pier", "url": URL})
    with both.store.session() as session:
        driver = session.connection().exec_driver_sql
        driver(f"UPDATE jobs SET parameters = '{raw}'")

    found = admin.get(f"/api/jobs/{id}").json["data"]

    assert found["parameters"] == {
        "table": "orders",
        "password": "***",
        "url": "http://ann:***@host/",
    }
    assert (found["job"]["by"], found["job"]["state"]) == (ANN, "pending")


def test_a_failed_job_is_tried_again_and_a_cancelled_one_begun_anew(admin, add_job):
    """What cannot be is a conflict, and changes nothing."""
    failed, cancelled = add_job("failed"), add_job("cancelled")

    def ask(id, verb):
        answer = admin.post(f"/api/jobs/{id}/{verb}")
        return answer.status_code, (answer.json.get("data") or {}).get("state")

    assert ask(cancelled, "retry") == (409, None)
    assert ask(cancelled, "resume") == (200, "pending")
    assert ask(failed, "retry") == (200, "pending")
    assert ask(failed, "retry") == (409, None)
    assert ask(failed, "cancel") == (200, "cancelled")
    assert ask(failed, "cancel") == (409, None)


def test_kinds_and_workers_are_listed(admin, sign_in, add_kind, add_worker):
    """Kinds for everybody, workers for admins."""
    add_kind("test.rest", queue="upkeep")
    add_worker("host-1")
    found = sign_in().get("/api/jobs/kinds").json["data"]
    rest = {"name": "test.rest", "summary": "For a test.", "queue": "upkeep"}

    assert rest in found["kinds"]
    assert [q["name"] for q in found["queues"]] == ["default", "large", "upkeep"]
    crew = admin.get("/api/jobs/workers").json["data"]
    assert [worker["name"] for worker in crew["workers"]] == ["host-1"]
    assert sign_in().get("/api/jobs/workers").status_code == 403
