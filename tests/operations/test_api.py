"""`/api/database/migrations` and `/api/database/backups`, and their pages."""

from __future__ import annotations

from pathlib import Path

import pytest

from entrepot.app import create_app
from entrepot.base.house import House
from entrepot.base.times import now
from entrepot.composition import build_house
from entrepot.jobs import list_jobs
from entrepot.jobs.models import Worker
from entrepot.operations import list_backups
from entrepot.web.guard import Identity

ADMIN = Identity(name="ada", role="admin", via="token")


@pytest.fixture
def client(house):
    """The client of an admin with an access token."""
    return create_app(house, identify=lambda _: ADMIN).test_client()


@pytest.fixture
def made(client):
    """A backup made by the API."""
    answer = client.post("/api/database/backups", json={"description": "first"})
    assert answer.status_code == 201
    return answer.json["data"]


def test_the_status_says_what_is_applied(client):
    """The documented members, and each step with its state."""
    data = client.get("/api/database/migrations").json["data"]

    assert data["pending_migrations"] == 0
    assert data["applied_versions"][0] == "0001"
    assert data["current_version"] == data["steps"][0]["version"]
    assert {step["state"] for step in data["steps"]} == {"applied"}


def test_a_backup_is_made_shown_verified_and_removed(client, made):
    """Its whole life by the API; who made it is remembered."""
    address = f"/api/database/backups/{made['name']}"
    assert (made["created_by"], made["state"]) == ("ada", "verified")
    assert client.get("/api/database/backups").json["data"] == [made]
    assert client.get(address).json["data"] == made
    assert client.get(f"{address}/verify").json["data"] == made

    assert client.delete(address).json["data"] == made

    assert client.get("/api/database/backups").json["data"] == []
    assert client.get(address).status_code == 404


def test_a_damaged_backup_is_a_problem_with_its_reason(client, made):
    """One byte, and the answer says which file and what is wrong."""
    path = Path(made["path"])
    whole = bytearray(path.read_bytes())
    whole[5000] ^= 1
    path.write_bytes(whole)

    answer = client.get(f"/api/database/backups/{made['name']}/verify")

    assert (answer.status_code, answer.json["code"]) == (400, "backup-damaged")
    assert "its hash is another" in answer.json["detail"]


@pytest.mark.parametrize(
    "body",
    [{"description": "x" * 501}, {"description": "a\nb"}, [], {"description": 1}],
)
def test_a_wrong_request_makes_nothing(client, body):
    """It is refused, and no file is left."""
    answer = client.post("/api/database/backups", json=body)

    assert answer.status_code == 400
    assert client.get("/api/database/backups").json["data"] == []


def test_where_a_backup_lies_is_not_the_callers_to_say(client, house, tmp_path):
    """A path in the request changes nothing."""
    wanted = {"path": str(tmp_path / "x.db"), "backup_path": "x.db"}
    client.post("/api/database/backups", json=wanted)

    [made] = client.get("/api/database/backups").json["data"]
    assert Path(made["path"]).parent == house.home / "backups"


def test_a_large_database_is_for_the_command(environ):
    """The caller would wait too long; the hint says what to run."""
    limit = {"ENTREPOT_OPERATIONS_BACKUP_NOW_BYTES": "1000"}
    house = build_house({**environ, **limit})

    client = create_app(house, identify=lambda _: ADMIN).test_client()
    answer = client.post("/api/database/backups", json={})

    assert (answer.status_code, answer.json["code"]) == (413, "too-much")
    assert "entrepot db backup" in answer.json["hint"]
    house.close()


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "/api/database/migrations"),
        ("get", "/api/database/backups"),
        ("post", "/api/database/backups"),
        ("get", "/api/database/backups/x.db/verify"),
        ("delete", "/api/database/backups/x.db"),
        ("get", "/database/migrations"),
        ("get", "/database/backups"),
        ("post", "/database/backups"),
    ],
)
def test_only_admins_may(house: House, method, path):
    """An analyst is told so."""
    analyst = Identity(name="ann", role="analyst", via="token")
    client = create_app(house, identify=lambda _: analyst).test_client()

    assert getattr(client, method)(path).status_code == 403


def test_the_api_wants_a_token(house):
    """Also of the person at this machine; the pages do without."""
    client = create_app(house, is_open=True).test_client()

    assert client.get("/database/backups").status_code == 200
    assert client.get("/api/database/backups").status_code == 401
    assert client.get("/api/database/migrations").status_code == 401


def test_the_pages_show_the_same(client, made):
    """What is applied; the backups, how to make one and how to restore."""
    migrations = client.get("/database/migrations").text
    backups = client.get("/database/backups").text

    assert "Connections and exports" in migrations
    assert made["name"] in backups
    assert f"entrepot db restore {made['name']}" in backups
    assert client.get(f"/database/backups/{made['name']}/remove").status_code == 200


def test_the_page_makes_verifies_and_removes(client):
    """Without a script, by its forms."""
    sent = client.post("/database/backups", data={"description": "by page"})
    [backup] = client.get("/api/database/backups").json["data"]
    address = f"/database/backups/{backup['name']}"
    assert sent.status_code == 303
    assert "is made" in client.get(sent.location).text
    assert "is as it was written" in client.post(f"{address}/verify").text

    assert client.post(f"{address}/remove").status_code == 303

    assert client.get("/api/database/backups").json["data"] == []


def test_the_page_shows_why_a_backup_is_damaged(client, made):
    """In the place of the notice, with the status of the problem."""
    Path(made["path"]).write_bytes(b"cut")

    answer = client.post(f"/database/backups/{made['name']}/verify")

    assert answer.status_code == 400
    assert "has 3 bytes, its manifest says" in answer.text


def test_a_large_database_is_backed_up_by_a_worker(environ):
    """The answer names the job, which knows what was asked."""
    limit = {"ENTREPOT_OPERATIONS_BACKUP_NOW_BYTES": "1000"}
    house = build_house({**environ, **limit})
    client = create_app(house, identify=lambda _: ADMIN).test_client()

    wanted = {"description": "before the move", "background": True}
    answer = client.post("/api/database/backups", json=wanted)
    found = client.get(answer.json["data"]["status_url"]).json["data"]
    wrong = client.post("/api/database/backups", json=wanted | {"description": "a\nb"})
    house.close()

    assert (answer.status_code, wrong.status_code) == (202, 400)
    assert found["job"]["kind"] == "operations.back_up"
    assert found["parameters"] == {"description": "before the move"}


def test_the_page_lets_a_worker_make_it(house, client):
    """Its job is on the page; where no worker lives a small one is made at once."""
    client.post("/database/backups", data={"description": "at once"})
    [made] = list_backups(house)
    assert made.description == "at once"

    at = now()
    with house.store.session() as session:
        session.add(
            Worker(name="w-1", process_id=7, version="1", started_at=at, seen_at=at)
        )
    client.post("/database/backups", data={"description": "by a worker"})
    [job] = list_jobs(house).jobs

    assert (list_backups(house), job.state) == ([made], "pending")
    assert f'id="job-{job.id}"' in client.get("/database/backups").text
