"""`/api/jobs/schedules`: made, changed, paused, run and forgotten, by admins."""

from __future__ import annotations

from datetime import datetime

import pytest

from entrepot.app import create_app
from entrepot.jobs import get_schedule
from entrepot.jobs.models import Schedule
from entrepot.web.guard import Identity

NIGHTLY = {"name": "Rest / each night", "kind": "test.rest", "cron": "0 2 * * *"}
ADDRESS = "/api/jobs/schedules/Rest ~2F each night"


@pytest.fixture
def sign_in(both):
    """A function that gives a test client of somebody."""

    def client(role="admin"):
        who = Identity(name=f"{role}@example.com", role=role, via="token")
        return create_app(both, identify=lambda request: who).test_client()

    return client


@pytest.fixture
def admin(sign_in, add_kind):
    """An admin's test client, in a house with a kind of job."""
    add_kind("test.rest")
    return sign_in()


@pytest.fixture
def shipped(both):
    """The name of a schedule that came with the program."""
    with both.store.session() as session:
        session.add(
            Schedule(
                name="shipped",
                kind="test.rest",
                cron="0 3 * * *",
                is_shipped=True,
                parameters={"a": 1},
            )
        )
    return "shipped"


def test_only_admins_schedule(sign_in, admin):
    """Others neither see nor make any."""
    assert admin.get("/api/jobs/schedules").json["data"] == []
    analyst = sign_in("analyst")

    assert analyst.get("/api/jobs/schedules").status_code == 403
    assert analyst.post("/api/jobs/schedules", json=NIGHTLY).status_code == 403
    assert admin.get("/api/jobs/schedules").json["data"] == []


def test_a_schedule_is_made_changed_and_forgotten(admin):
    """Under a name with any character."""
    made = admin.post("/api/jobs/schedules", json=NIGHTLY)
    assert (made.status_code, made.json["data"]["by"]) == (201, "admin@example.com")
    assert made.json["data"]["next_at"][11:] == "02:00:00Z"

    change = {"cron": "30 4 * * *", "time_zone": "Asia/Jakarta", "parameters": {"b": 2}}
    changed = admin.patch(ADDRESS, json=change).json["data"]
    assert changed["next_at"][11:] == "21:30:00Z"
    assert changed["parameters"] == {"b": 2}
    assert admin.get(ADDRESS).json["data"] == changed

    assert admin.delete(ADDRESS).status_code == 200
    assert admin.get(ADDRESS).status_code == 404


@pytest.mark.parametrize(
    ("change", "status", "said"),
    [
        ({"cron": "0 25 * * *"}, 400, "0 25 * * *"),
        ({"cron": "daily"}, 400, "five fields"),
        ({"cron": "0 2 30 2 *"}, 400, "0 2 30 2 *"),
        ({"time_zone": "Hamburg"}, 400, "no time zone 'Hamburg'"),
        ({"kind": "test.dance"}, 400, "test.dance"),
        ({"name": ""}, 400, "name"),
    ],
)
def test_what_is_wrong_is_told(admin, change, status, said):
    """Nothing is made; without the change it would have been."""
    answer = admin.post("/api/jobs/schedules", json=NIGHTLY | change)

    assert (answer.status_code, said in answer.json["detail"]) == (status, True)
    assert admin.get("/api/jobs/schedules").json["data"] == []
    assert admin.post("/api/jobs/schedules", json=NIGHTLY).status_code == 201
    assert admin.post("/api/jobs/schedules", json=NIGHTLY).status_code == 409


def test_a_schedule_rests_and_goes_on(admin):
    """While it rests it has no next time."""
    admin.post("/api/jobs/schedules", json=NIGHTLY)

    paused = admin.post(f"{ADDRESS}/pause").json["data"]
    assert (paused["is_paused"], paused["next_at"]) == (True, None)
    woken = admin.post(f"{ADDRESS}/resume").json["data"]
    assert (woken["is_paused"], woken["next_at"][11:]) == (False, "02:00:00Z")


def test_a_schedule_runs_now(admin):
    """The job is there, and the schedule knows it as its last."""
    admin.post("/api/jobs/schedules", json=NIGHTLY)
    made = admin.post(f"{ADDRESS}/run")

    assert made.status_code == 202
    job = admin.get(made.json["data"]["status_url"]).json["data"]["job"]
    assert (job["state"], job["subject"]) == ("pending", "schedule:Rest / each night")
    assert admin.get(ADDRESS).json["data"]["last_job"] == made.json["data"]["id"]


def test_what_came_with_the_program_keeps_its_work(admin, shipped, both):
    """Its time may change; it can be paused, but not forgotten."""
    address = f"/api/jobs/schedules/{shipped}"
    assert admin.patch(address, json={"cron": "5 3 * * *"}).status_code == 200

    assert admin.patch(address, json={"parameters": {}}).status_code == 409
    assert admin.delete(address).status_code == 409
    found = get_schedule(both, shipped)
    assert (found.cron, found.parameters) == ("5 3 * * *", {"a": 1})


def test_the_next_times_are_told(admin):
    """In UTC, as the clocks of the zone go: summer ends on 25 October 2026."""
    query = "cron=0 9 * * *&time_zone=Europe/Berlin&count=2"
    times = admin.get(f"/api/jobs/times?{query}").json["data"]["times"]

    hours = {datetime.fromisoformat(at).hour for at in times}
    assert len(times) == 2
    assert hours <= {7, 8}
    assert admin.get("/api/jobs/times?cron=x").status_code == 400
