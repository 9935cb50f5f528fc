"""`/api/imports`, `/api/feeds` and the history, as programs use them."""

from __future__ import annotations

import io

import pytest
from tests.working import do_jobs

import entrepot.feeds.jobs  # noqa: F401  # its kinds

FRUIT = b"SKU,Name,Price\nA1,Apple,1.50\nA2,Pear,minus\n"


@pytest.fixture
def sent(client, house):
    """A file that was sent and previewed."""
    answer = client.post(
        "/api/imports", data={"file": (io.BytesIO(FRUIT), "fruit.csv")}
    )
    assert answer.status_code == 201, answer.text
    id = answer.json["data"]["id"]
    assert client.post(f"/api/imports/{id}/preview").status_code == 202
    do_jobs(house)
    return f"/api/imports/{id}"


def test_a_file_is_previewed_applied_and_undone(client, house, sent):
    """All of it by addresses."""
    changes = client.get(f"{sent}/changes").json
    assert [row["sku"] for row in changes["data"]] == ["A1"]
    assert changes["data"][0]["values"]["name"] == "Apple"

    assert client.post(f"{sent}/apply").status_code == 202
    do_jobs(house)
    applied = client.get(sent).json["data"]
    assert client.post(f"{sent}/undo", json={}).status_code == 202
    do_jobs(house)

    assert applied["state"] == "applied"
    assert client.get(sent).json["data"]["undo"]["deleted"] == 1


def test_errors_come_as_rows_groups_and_files(client, sent):
    """With line and reason, and as the file that comes back."""
    (error,) = client.get(f"{sent}/errors").json["data"]
    (group,) = client.get(f"{sent}/errors/groups").json["data"]
    csv = client.get(f"{sent}/errors.csv")
    xlsx = client.get(f"{sent}/errors.xlsx")

    assert (error["line"], group["count"]) == (3, 1)
    assert csv.text.splitlines()[0] == "SKU,Name,Price,_error"
    assert xlsx.data[:2] == b"PK"


def test_the_file_can_be_looked_at(client, sent):
    """What it seems to be, and its first rows."""
    seen = client.get(f"{sent}/inspection").json["data"]
    rows = client.get(f"{sent}/samples?rows=1").json["data"]["rows"]

    assert seen["format"] == "csv"
    assert rows[0]["values"]["sku"] == "A1"


def test_the_history_has_the_documents_shapes(client, house, sent):
    """Our list with receipts, and the documented pages."""
    client.post(f"{sent}/apply")
    do_jobs(house)

    ours = client.get("/api/sync-history").json["data"]
    theirs = client.get("/api/sync-logs?per_page=5").json

    assert ours[0]["receipt"]["counts"]["created"] == 1
    assert theirs["sync_logs"][0]["items"]["failed"] == 1
    assert theirs["pagination"]["total"] == 1
    assert client.get("/api/sync/history").json["sync_logs"] == theirs["sync_logs"]


def test_a_feed_is_made_changed_and_removed(client, tmp_path, house):
    """Its secret is never shown; its times are a schedule."""
    wanted = {
        "name": "supplier",
        "source": "url",
        "address": "https://example.com/feed.csv",
        "secret": "swordfish",
        "cron": "0 6 * * *",
    }
    made = client.post("/api/feeds", json=wanted)
    assert made.status_code == 201, made.text
    assert "swordfish" not in made.text
    place = f"/api/feeds/{made.json['data']['id']}"

    changed = client.patch(place, json={"priority": 5, "cron": ""}).json["data"]

    assert (changed["priority"], changed["next_at"]) == (5, None)
    assert changed["has_secret"] is True
    assert client.delete(place).status_code == 200
    assert client.get(place).status_code == 404


def test_viewers_import_nothing(signed_in):
    """Analysts import; only admins manage feeds."""
    viewer, analyst = signed_in("viewer"), signed_in("analyst")
    file = {"file": (io.BytesIO(FRUIT), "fruit.csv")}

    assert viewer.post("/api/imports", data=file).status_code == 403
    feed = {"name": "x", "source": "url", "address": "https://example.com/x"}
    assert analyst.post("/api/feeds", json=feed).status_code == 403


def test_an_import_is_read_another_way(client, house, sent):
    """A plan that is sent wants a new preview; what is left out does not."""
    plan = client.get(sent).json["data"]["plan"]
    kept = client.patch(sent, json={"excluded": [2], "staying": [7]}).json["data"]
    wrong = client.patch(sent, json={"excluded": [-2]})
    other = {**plan, "defaults": {"currency": "EUR"}}
    changed = client.patch(sent, json={"plan": other}).json["data"]

    assert (kept["state"], kept["excluded"], kept["staying"]) == (
        "previewed",
        [2],
        [7],
    )
    assert wrong.status_code == 400
    assert (changed["state"], changed["excluded"]) == ("inspected", [2])
    assert changed["plan"]["defaults"] == {"currency": "EUR"}


def test_rejected_rows_are_tried_again(client, house, sent):
    """As an import of their own, which knows whose rows they are."""
    client.post(f"{sent}/apply")
    do_jobs(house)
    mended = io.BytesIO(b"SKU,Name,Price,_error\nA2,Pear,2.50,\n")

    answer = client.post(f"{sent}/retry", data={"file": (mended, "mended.csv")})
    assert answer.status_code == 201, answer.text
    place = f"/api/imports/{answer.json['data']['id']}"
    client.post(f"{place}/preview")
    do_jobs(house)

    again = client.get(place).json["data"]
    assert sent.endswith(again["retry_of"])
    assert (again["counts"]["created"], again["counts"]["rejected"]) == (1, 0)


def test_an_import_is_let_be_and_forgotten(client, sent):
    """It is in the list until then, by its state; nobody applies it any more."""
    id = sent.rpartition("/")[2]
    ended = client.post(f"{sent}/cancel")
    listed = client.get("/api/imports?state=cancelled").json["data"]

    assert ended.json["data"]["state"] == "cancelled"
    assert [one["id"] for one in listed] == [id]
    assert client.post(f"{sent}/apply").status_code == 409
    assert client.delete(sent).status_code == 200
    assert client.get(sent).status_code == 404
    assert client.get("/api/imports").json["data"] == []


def test_one_record_of_the_history_is_found(client, house, sent):
    """By its id; another id is none."""
    client.post(f"{sent}/apply")
    do_jobs(house)
    (record,) = client.get("/api/sync-history").json["data"]

    assert client.get(f"/api/sync-history/{record['id']}").json["data"] == record
    assert client.get("/api/sync-history/999").status_code == 404


def test_a_feed_runs_when_it_is_told_to(client, house):
    """By its id, or by its name as the document has it; each run is an import."""
    folder = house.home / "feeds"
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "fruit.csv"
    file.write_bytes(FRUIT)
    wanted = {"name": "fruit", "source": "path", "address": str(file)}
    id = client.post("/api/feeds", json=wanted).json["data"]["id"]

    ran = client.post(f"/api/feeds/{id}/run")
    triggered = client.post("/api/sync/trigger", json={"feed": "fruit"})
    unknown = client.post("/api/sync/trigger", json={"feed": "stones"})
    do_jobs(house)

    assert (ran.status_code, triggered.status_code) == (202, 202)
    assert unknown.status_code == 404
    (feed,) = client.get("/api/feeds").json["data"]
    assert client.get(f"/api/feeds/{id}").json["data"] == feed
    assert feed["last"]["id"] == triggered.json["data"]["id"]
    imports = client.get("/api/imports?feed=fruit").json["data"]
    assert [one["state"] for one in imports] == ["inspected", "inspected"]
