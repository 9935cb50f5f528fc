"""`/api/delivery` and `entrepot delivery`: the verbs, and who may use them."""

import json

import pytest
from click.testing import CliRunner

from entrepot.app import create_app
from entrepot.delivery import Parcel, get_delivery, list_destinations, send
from entrepot.delivery.cli import group
from entrepot.web.guard import Identity
from tests.answering import reply
from tests.contracts.channel import SECRET

PARCEL = Parcel(event="export.completed", title="Orders", facts={"rows": 1})
BASE = "/api/delivery"


@pytest.fixture
def as_role(house):
    """A function that gives a client of somebody with this role."""

    def client(role, name="vi"):
        who = Identity(name=name, role=role)
        return create_app(house, identify=lambda request: who).test_client()

    return client


@pytest.fixture
def run(house):
    """A function that runs a command and gives what it printed."""

    def run_one(*arguments, typed=None):
        done = CliRunner().invoke(group, arguments, obj=house, input=typed)
        assert done.exit_code == 0, done.output
        return done.output

    return run_one


def test_a_destination_comes_and_goes(as_role, receiver):
    """Made, listed, changed, tested, removed; its secret is in no answer."""
    client = as_role("admin")
    options = {"url": f"{receiver.url}/hook", "secret": SECRET}
    body = {"name": "hook", "channel": "webhook", "options": options}
    one = f"{BASE}/destinations/hook"
    answers = [
        client.post(f"{BASE}/destinations", json=body),
        client.post(f"{BASE}/destinations", json=body),
        client.get(f"{BASE}/destinations"),
        client.patch(one, json={"description": "Orders"}),
        client.get(one),
        client.post(f"{one}/test"),
        client.delete(one),
        client.get(one),
    ]

    assert [a.status_code for a in answers] == [201, 409, 200, 200, 200, 200, 200, 404]
    assert answers[4].json["data"]["description"] == "Orders"
    assert answers[5].json["data"]["answer"] == "202 Accepted"
    assert all(SECRET not in answer.text for answer in answers)


def test_a_test_that_fails_says_why(as_role, hook, receiver):
    """As an error with its own status."""
    receiver.answer = lambda asked: reply(status="500 Broken")
    answer = as_role("admin").post(f"{BASE}/destinations/hook/test")

    assert answer.status_code == 503
    assert "500 Broken" in answer.json["detail"]


def test_only_admins_see_where_things_go(as_role, hook):
    """Analysts see names to choose from; viewers none; nobody else changes any."""
    analyst, viewer = as_role("analyst"), as_role("viewer")
    listed = analyst.get(f"{BASE}/destinations")

    assert listed.json["data"][0] | {"created_at": "", "updated_at": ""} == {
        "name": "hook",
        "channel": "webhook",
        "options": {},
        "has_secret": True,
        "description": "",
        "created_by": "system",
        "created_at": "",
        "updated_at": "",
    }
    assert viewer.get(f"{BASE}/destinations").status_code == 403
    assert analyst.delete(f"{BASE}/destinations/hook").status_code == 403
    assert analyst.post(f"{BASE}/destinations/hook/test").status_code == 403


def test_people_see_their_own_deliveries(house, hook, as_role, do_jobs):
    """Admins all; others' are not there."""
    id = send(house, "hook", PARCEL, "export:7").id
    do_jobs()
    own, other = as_role("viewer", "system"), as_role("viewer", "eve")
    admin = as_role("admin")

    assert [d["id"] for d in own.get(f"{BASE}/deliveries").json["data"]] == [id]
    assert [d["id"] for d in admin.get(f"{BASE}/deliveries").json["data"]] == [id]
    assert other.get(f"{BASE}/deliveries").json["data"] == []
    assert other.get(f"{BASE}/deliveries/{id}").status_code == 404
    assert other.post(f"{BASE}/deliveries/{id}/again").status_code == 404
    assert own.get(f"{BASE}/deliveries/{id}").json["data"]["state"] == "delivered"
    assert own.post(f"{BASE}/deliveries/{id}/again").status_code == 202
    assert own.post(f"{BASE}/deliveries/{id}/again").status_code == 409


def test_the_next_page_asks_the_same(house, hook, as_role):
    """Its address keeps what was narrowed."""
    for number in range(3):
        send(house, "hook", PARCEL, f"export:{number}")
    client = as_role("admin")
    first = client.get(f"{BASE}/deliveries?limit=2&state=waiting").json
    second = client.get(first["page"]["next"]).json

    assert "state=waiting" in first["page"]["next"]
    assert [len(first["data"]), len(second["data"])] == [2, 1]
    assert second["page"]["next"] is None


def test_the_command_does_the_same(house, receiver, run, do_jobs):
    """Add with a piped secret, list, change, test, show, again, remove."""
    url = f"url={receiver.url}/hook"
    run("add", "hook", "webhook", "--option", url, "--secret-stdin", typed=SECRET)
    run("change", "hook", "--description", "Orders")
    listed = json.loads(run("destinations", "--json"))
    tested = run("test", "hook")
    id = send(house, "hook", PARCEL, "export:7").id
    do_jobs()
    shown = run("show", id)
    run("again", id)
    rows = json.loads(run("list", "--json"))
    run("remove", "hook", "--yes")

    assert [(d["name"], d["has_secret"]) for d in listed] == [("hook", True)]
    assert tested.startswith("202 Accepted, ")
    assert "delivered  202 Accepted" in shown
    assert [row["id"] for row in rows] == [id]
    assert get_delivery(house, id).state == "waiting"
    assert list_destinations(house) == []
    assert "webhook\turl\tyes" in run("channels")
