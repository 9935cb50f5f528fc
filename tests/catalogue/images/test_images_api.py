"""Pictures through the API and at their own addresses."""

from __future__ import annotations

import io

import pytest
from tests.catalogue.images.conftest import picture
from tests.working import do_jobs

from entrepot.app import create_app

IMAGES = "/api/products/1/images"


@pytest.fixture
def client(shop):
    """A client of this shop, as the person at this machine."""
    return create_app(shop, is_open=True).test_client()


def send(client, content: bytes, **said):
    """Send a picture as a form."""
    form = {"file": (io.BytesIO(content), "crane.png"), **said}
    return client.post(f"{IMAGES}/upload", data=form)


def test_pictures_are_added_by_url_and_seen(shop, client, gallery):
    """The answer comes before they are fetched; then each has its state."""
    urls = [gallery.url("/a.png", picture()), gallery.url("/b.png", 404)]

    added = client.post(IMAGES, json={"urls": urls, "alt_text": "A crane"})
    do_jobs(shop)
    seen = client.get(IMAGES).json["data"]

    assert added.status_code == 202
    assert [one["state"] for one in added.json["data"]] == ["pending", "pending"]
    assert [(one["state"], one["alt_text"]) for one in seen] == [
        ("kept", "A crane"),
        ("failed", "A crane"),
    ]
    assert seen[0]["thumb_url"] == f"/images/{seen[0]['sha256']}/thumb.webp"
    states = client.get("/api/images/states").json["data"]
    assert states == {"pending": 0, "kept": 1, "failed": 1}


def test_a_picture_is_sent_as_a_form_or_as_the_body(client):
    """Both are the same picture."""
    by_form = send(client, picture(), alt_text="A crane")
    by_body = client.post(
        f"{IMAGES}/upload?name=crane.png&alt_text=other", data=picture()
    )

    assert (by_form.status_code, by_body.status_code) == (201, 201)
    assert by_form.json["data"] == by_body.json["data"]
    assert by_form.json["data"]["alt_text"] == "A crane"
    assert client.post(f"{IMAGES}/upload").status_code == 400


def test_a_picture_has_an_address_for_ever(client):
    """By its bytes: it never changes, so nobody need ask again."""
    seen = send(client, picture(300, 200)).json["data"]
    first = client.get(seen["card_url"])
    again = client.get(
        seen["card_url"], headers={"If-None-Match": first.headers["ETag"]}
    )

    assert (first.status_code, first.content_type) == (200, "image/webp")
    assert (first.data[:4], first.content_length) == (b"RIFF", len(first.data))
    assert first.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert (again.status_code, again.data) == (304, b"")


def test_until_its_sizes_are_made_a_picture_comes_as_it_is(shop, client, monkeypatch):
    """For a short time only."""
    monkeypatch.setattr("entrepot.catalogue.images.uploading.AT_ONCE_PIXELS", 10)
    seen = send(client, picture()).json["data"]

    before = client.get(seen["thumb_url"])
    do_jobs(shop)
    after = client.get(seen["thumb_url"])

    assert (before.content_type, before.data) == ("image/png", picture())
    assert before.headers["Cache-Control"] == "public, max-age=10"
    assert (after.content_type, after.data[:4]) == ("image/webp", b"RIFF")


@pytest.mark.parametrize(
    "path",
    [
        f"{'0' * 64}/thumb.webp",
        "{sha}/huge.webp",
        "{sha}/thumb.png",
        "..%2f..%2fentrepot.db/thumb.webp",
        "{sha}/..%2f{sha}.png",
    ],
)
def test_nothing_else_has_an_address_there(client, path):
    """Neither other sizes, nor files beside the pictures."""
    sha256 = send(client, picture()).json["data"]["sha256"]

    answer = client.get(f"/images/{path.replace('{sha}', sha256)}")

    assert answer.status_code == 404


def test_pictures_are_changed_ordered_and_removed(client):
    """Each by its id, within its product."""
    ids = [
        send(client, picture(color=color)).json["data"]["id"]
        for color in ("red", "green")
    ]

    changed = client.patch(f"{IMAGES}/{ids[1]}", json={"is_featured": True})
    ordered = client.post(f"{IMAGES}/order", json={"ids": [ids[1], ids[0]]})
    elsewhere = client.patch(f"/api/products/2/images/{ids[0]}", json={"position": 1})
    removed = client.delete(f"{IMAGES}/{ids[0]}")

    assert changed.json["data"]["is_featured"] is True
    assert [one["id"] for one in ordered.json["data"]] == [ids[1], ids[0]]
    assert (elsewhere.status_code, removed.status_code) == (404, 204)
    assert [one["id"] for one in client.get(IMAGES).json["data"]] == [ids[1]]


def test_failed_pictures_are_listed_with_their_reason_and_tried_again(
    shop, client, gallery
):
    """Page by page; one alone, or all of them."""
    urls = [gallery.url(f"/{n}.png", [404, picture()]) for n in range(3)]
    client.post(IMAGES, json={"urls": urls})
    do_jobs(shop)

    first = client.get("/api/images?state=failed&limit=2").json
    rest = client.get(first["page"]["next"]).json
    one = client.post(f"{IMAGES}/{first['data'][0]['id']}/retry")
    others = client.post("/api/images/retry").json["data"]
    do_jobs(shop)

    assert (len(first["data"]), len(rest["data"])) == (2, 1)
    assert rest["page"]["next"] is None
    assert first["data"][0]["error"].startswith("the server answers 404")
    assert (one.status_code, one.json["data"]["state"]) == (202, "pending")
    assert others["count"] == 2
    again = client.post(f"{IMAGES}/{first['data'][0]['id']}/retry")
    assert again.status_code == 409


def test_who_may_only_look_changes_nothing(shop):
    """Pictures themselves are public; lists are for who is signed in."""
    from tests.conftest import PASSWORD

    from entrepot.accounts import Caller, add_user, log_in

    app = create_app(shop)
    add_user(shop, email="v@example.com", password=PASSWORD, role="viewer")
    tokens = log_in(shop, email="v@example.com", password=PASSWORD, caller=Caller())
    viewer, nobody = app.test_client(), app.test_client()
    viewer.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {tokens.access_token}"
    seen = send(create_app(shop, is_open=True).test_client(), picture()).json["data"]

    assert nobody.get(seen["thumb_url"]).data[:4] == b"RIFF"
    assert (nobody.get(IMAGES).status_code, viewer.get(IMAGES).status_code) == (
        401,
        200,
    )
    assert viewer.post(IMAGES, json={"urls": ["http://a.example/"]}).status_code == 403
    assert send(viewer, picture(color="red")).status_code == 403
    assert viewer.delete(f"{IMAGES}/{seen['id']}").status_code == 403
