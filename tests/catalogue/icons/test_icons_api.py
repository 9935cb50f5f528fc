"""Icons through the API, in the shapes that the documents promise."""

from __future__ import annotations

import pytest
from tests.working import do_jobs

from entrepot.app import create_app


@pytest.fixture
def client(both):
    """A client, as the person at this machine."""
    return create_app(both, is_open=True).test_client()


def generate(client, **said):
    """Make an icon of the first category."""
    return client.post("/api/icons/generate", json={"category_id": 1, **said})


def test_an_icon_is_made_and_sent(client):
    """As PNG and as SVG, each with a tag."""
    made = generate(client, style="flat")
    icon = made.json["data"]
    png, svg = client.get(icon["png_url"]), client.get(icon["svg_url"])
    known = {"If-None-Match": png.headers["ETag"]}

    assert (made.status_code, icon["status"], icon["category"]) == (
        201,
        "active",
        "Office Supplies",
    )
    assert (png.content_type, png.data[:4]) == ("image/png", b"\x89PNG")
    assert svg.content_type.startswith("image/svg+xml")
    assert svg.data.startswith(b"<svg")
    assert client.get(icon["png_url"], headers=known).status_code == 304
    assert client.get(f"/api/icons/{icon['id']}/file.exe").status_code == 404


def test_icons_are_listed_found_and_counted(client):
    """Newest first; those taken away only where all are asked for."""
    first, second = (
        generate(client, style=s).json["data"] for s in ("flat", "minimal")
    )
    client.delete(f"/api/icons/{first['id']}")

    def ids(query: str) -> list[int]:
        return [one["id"] for one in client.get(f"/api/icons{query}").json["data"]]

    assert ids("") == [second["id"]]
    assert ids("?all=true") == [second["id"], first["id"]]
    assert ids("/search?q=office") == [second["id"]]
    assert ids("?style=flat") == ids("/search?q=nothing-is-called-this") == []
    stats = client.get("/api/icons/stats").json["data"]
    assert (stats["total"], stats["active"], stats["cost"]) == (2, 1, 0.0)
    assert stats["by_status"]["active"] == 1


def test_categories_come_with_their_icon(client):
    """Page by page, or only those that have none."""
    icon = generate(client).json["data"]

    first = client.get("/api/icons/categories?limit=3").json
    lacking = client.get("/api/icons/categories?lacking=true").json

    assert first["data"][0]["icon"]["id"] == icon["id"]
    assert (first["page"]["total"], lacking["page"]["total"]) == (4, 3)
    rest = client.get(first["page"]["next"]).json
    assert [one["name"] for one in rest["data"]] == ["Stationery"]


def test_an_icon_can_be_looked_at_before(client):
    """Nothing is kept."""
    seen = client.get("/api/icons/preview.svg?category_id=3&style=flat&color=%23ffffff")
    named = client.get("/api/icons/preview.svg?name=Xyzzy")

    assert seen.headers["X-Icon-Symbol"] == "sofa"
    assert float(seen.headers["X-Icon-Contrast"]) >= 3
    assert named.headers["X-Icon-Symbol"] == "initials"
    assert client.get("/api/icons").json["data"] == []


def test_drawings_and_engines_are_listed(client):
    """Those first that the words ask for."""
    found = client.get("/api/icons/drawings?q=phone&limit=5").json["data"]
    engines = client.get("/api/icons/engines").json["data"]

    assert (found[0], len(found)) == ("smartphone", 5)
    assert [one["name"] for one in engines] == ["local"]


def test_a_batch_is_a_job(both, client):
    """Its result counts what was made."""
    asked = client.post("/api/icons/generate/batch", json={"style": "outlined"})
    do_jobs(both)

    job = client.get(asked.headers["Location"]).json["data"]["job"]
    assert (asked.status_code, asked.json["data"]["total_categories"]) == (202, 4)
    assert (job["state"], job["result"]["success_count"]) == ("completed", 4)


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"category_id": 77}, 404),
        ({"color": "red"}, 400),
        ({"style": "cubist"}, 400),
        ({"size": 16}, 400),
        ({"symbol": "nothing-is-called-this"}, 400),
        ({"model": "nobody"}, 400),
    ],
)
def test_what_cannot_be_is_told(client, said, status):
    """No icon is left behind."""
    assert generate(client, **said).status_code == status
    assert client.get("/api/icons").json["data"] == []


def test_an_icon_is_made_anew(client):
    """As it was, but for what is said."""
    icon = generate(client, symbol="rocket").json["data"]

    again = client.post(f"/api/icons/{icon['id']}/regenerate", json={"size": 64})
    same = client.post(f"/api/icons/{icon['id']}/regenerate")

    made = again.json["data"]
    assert (made["symbol"], made["width"]) == ("rocket", 64)
    assert same.json["data"]["id"] == icon["id"]
    assert client.get(f"/api/icons/{made['id']}").json["data"]["status"] == "inactive"
