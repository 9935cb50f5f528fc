"""`/api/products`: made, changed, looked at, searched, by those who may."""

from __future__ import annotations

import pytest

from entrepot.catalogue.events import (
    OverrideCleared,
    ProductChanged,
    ProductDeleted,
    ProductRestored,
)

HERE = "/api/products"
HELMET = {
    "sku": "kst-1001",
    "name": "Safety helmet, vented",
    "price": 18.75,
    "currency": "EUR",
    "status": "active",
    "brand": "Kestrel",
}


@pytest.fixture
def helmet(client):
    """The id of one product."""
    answer = client.post(HERE, json=HELMET)
    assert (answer.status_code, answer.headers["ETag"]) == (201, '"v1"')
    assert answer.headers["Location"] == f"{HERE}/{answer.json['data']['id']}"
    return answer.json["data"]["id"]


def test_a_product_lives(client, helmet):
    """Made, changed with its tag, replaced, deleted, restored; each a version."""
    one = f"{HERE}/{helmet}"
    changed = client.patch(one, json={"price": "19.90"}, headers={"If-Match": '"v1"'})
    late = client.patch(one, json={"price": 1}, headers={"If-Match": '"v1"'})
    replaced = client.put(one, json={"sku": "K", "name": "Helmet", "price": 1})
    gone = client.delete(one, headers={"If-Match": '"v3"'})
    absent = client.get(f"{one}/quality")
    back = client.post(f"{one}/restore", json={"version": 2})

    assert (changed.json["data"]["price"], changed.headers["ETag"]) == (19.9, '"v2"')
    assert (late.status_code, late.json["code"]) == (412, "product-newer")
    assert late.json["version"] == 2
    assert (replaced.json["data"]["brand"], replaced.json["data"]["price"]) == (None, 1)
    assert replaced.json["data"]["status"] == "draft"
    assert (gone.status_code, gone.json["data"]) == (200, {"id": helmet})
    assert absent.status_code == 404
    assert (back.json["data"]["brand"], back.headers["ETag"]) == ("Kestrel", '"v5"')
    kinds = [v["kind"] for v in client.get(f"{one}/versions").json["data"]]
    assert kinds == ["restore", "delete", "update", "update", "create"]


def test_the_tag_of_a_read_is_the_one_to_write_with(client, helmet):
    """As it came, whatever stands behind the version; `*` takes any."""
    tag = client.get(f"{HERE}/{helmet}").headers["ETag"]
    for sent, status in ((tag, 200), ("*", 200), (tag, 412), ('"x"', 400)):
        values = {"weight": len(sent) + status / 10}
        answer = client.patch(
            f"{HERE}/{helmet}", json=values, headers={"If-Match": sent}
        )
        assert (sent, answer.status_code) == (sent, status)


def test_versions_are_told_field_by_field(client, helmet):
    """Old and new, who and when, page by page, and the whole after each."""
    one = f"{HERE}/{helmet}"
    client.patch(one, json={"name": "Helmet", "weight": 0.4})
    page = client.get(f"{one}/versions?limit=1").json
    version = client.get(f"{one}/versions/2").json["data"]

    assert page["page"]["next"] == f"{one}/versions?before=2&limit=1"
    assert client.get(page["page"]["next"]).json["data"][0]["kind"] == "create"
    assert version["change"] == page["data"][0]
    assert version["change"]["changed_by"] == "local"
    assert version["change"]["changes"] == [
        {"field": "name", "old": "Safety helmet, vented", "new": "Helmet"},
        {"field": "weight", "old": None, "new": 0.4},
    ]
    assert version["state"]["brand"] == "Kestrel"
    assert client.get(f"{one}/versions/9").status_code == 404


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("post", HERE, {"sku": "a"}, 400, "invalid-value"),
        ("post", HERE, {"nme": "a", "sku": "a", "name": "a", "price": 1}, 400, None),
        ("post", HERE, HELMET, 409, "product-exists"),
        ("post", HERE, [1], 400, "invalid"),
        ("patch", f"{HERE}/1", {"price": "1e308"}, 400, "invalid-value"),
        ("patch", f"{HERE}/1", {"category_id": 99}, 404, "not-there"),
        ("patch", f"{HERE}/99", {"price": 1}, 404, "not-there"),
        ("patch", f"{HERE}/99999999999999999999", {}, 404, "not-there"),
        ("get", f"{HERE}/99999999999999999999/versions", None, 404, "not-there"),
        ("post", f"{HERE}/1/restore", {"version": 7}, 404, "not-there"),
        ("delete", f"{HERE}/1/overrides/price", None, 404, "not-there"),
        ("get", f"{HERE}/search?sort_by=colour", None, 400, "invalid"),
        ("get", f"{HERE}/facets?names=colour", None, 400, "unknown-name"),
        ("post", f"{HERE}/bulk", {"changes": []}, 400, "invalid"),
        (
            "post",
            f"{HERE}/bulk",
            {"changes": [{"verb": "add_tag", "value": "x"}]},
            400,
            "invalid",
        ),
    ],
)
def test_what_cannot_be_is_refused(client, helmet, method, path, body, status, code):
    """With a problem document that says what."""
    answer = client.open(path, method=method.upper(), json=body)

    assert answer.status_code == status
    assert code in (None, answer.json["code"])


def test_who_may_do_what(signed_in, helmet):
    """Everybody reads what is public, viewers the rest, analysts write."""
    viewer, analyst = signed_in("viewer"), signed_in("analyst")
    nobody = analyst.application.test_client()
    draft = {"sku": "d", "name": "Secret draft", "price": 1}
    writes = [
        ("POST", HERE, draft),
        ("PATCH", f"{HERE}/{helmet}", {"price": 2}),
        ("POST", f"{HERE}/bulk", {"ids": [1], "changes": [{"verb": "add_tag"}]}),
        ("POST", f"{HERE}/{helmet}/restore", {"version": 1}),
        ("DELETE", f"{HERE}/{helmet}", None),
    ]
    for method, path, body in writes:
        for who, status in ((nobody, 401), (viewer, 403)):
            answer = who.open(path, method=method, json=body)
            assert (path, answer.status_code) == (path, status)
    assert analyst.post(HERE, json=draft).status_code == 201

    reads = (f"{HERE}/search", f"{HERE}/facets?names=status", "/api/feed/products")
    told = [[who.get(path).json["data"] for path in reads] for who in (nobody, viewer)]
    assert [len(data[0]) for data in told] == [1, 2]
    assert [len(data[1][0]["values"]) for data in told] == [1, 2]
    assert [data[2]["pagination"]["total"] for data in told] == [1, 2]
    assert nobody.get(f"{HERE}/{helmet}/versions").status_code == 401
    assert viewer.get(f"{HERE}/{helmet}/versions").status_code == 200


def test_a_change_is_told_once(client, helmet, heard):
    """Audited, with the fields; what changed nothing is not told."""
    one = f"{HERE}/{helmet}"
    for _ in range(2):
        client.patch(one, json={"price": 5})
    client.delete(f"{one}/overrides/price")
    client.delete(one)
    client.post(f"{one}/restore", json={"version": 1})

    told = [event for event in heard if type(event).__module__.endswith("ogue.events")]
    assert told == [
        ProductChanged(id=helmet, sku="KST-1001", version=2, changed=("price",)),
        OverrideCleared(id=helmet, field="price"),
        ProductDeleted(id=helmet, sku="KST-1001"),
        ProductRestored(id=helmet, sku="KST-1001", version=4, restored=1),
    ]
    assert all(event.audited for event in told)


def test_products_are_searched(client, helmet):
    """By address or by body, with words, a typo, and pages that follow each other."""
    for number in range(3):
        client.post(HERE, json=HELMET | {"sku": f"g{number}", "name": "Blue gloves"})
    first = client.get(f"{HERE}/search?q=glov&limit=2").json
    second = client.get(first["page"]["next"]).json
    typo = client.post(f"{HERE}/search", json={"q": "golves", "fields": "sku"}).json

    assert [d["sku"] for d in first["data"] + second["data"]] == ["G0", "G1", "G2"]
    assert (first["page"]["total"], second["page"]["next"]) == (3, None)
    assert typo["corrected_to"] == "gloves"
    assert typo["data"] == [{"sku": "G0"}, {"sku": "G1"}, {"sku": "G2"}]


def test_the_feed_has_its_documented_shape(client, helmet):
    """`products` and `pagination`."""
    answer = client.get("/api/feed/products?per_page=1").json

    assert answer["success"] is True
    assert [p["sku"] for p in answer["data"]["products"]] == ["KST-1001"]
    assert answer["data"]["pagination"] == {
        "page": 1,
        "per_page": 1,
        "total": 1,
        "pages": 1,
        "has_prev": False,
        "has_next": False,
    }


def test_quality_and_overrides_are_told(client, helmet):
    """Each lost point; each field that feeds leave alone, until it is freed."""
    one = f"{HERE}/{helmet}"
    client.patch(one, json={"price": 7})
    quality = client.get(f"{one}/quality").json["data"]
    held = client.get(f"{one}/overrides").json["data"]
    freed = client.delete(f"{one}/overrides/price")

    assert quality["quality"] == 33
    assert quality["lost"][0] == {
        "rule": "described",
        "field": "description",
        "points": 20.0,
        "advice": "Describe it in at least 80 characters.",
    }
    assert [(o["field"], o["set_by"]) for o in held] == [("price", "local")]
    assert freed.status_code == 200
    assert client.get(f"{one}/overrides").json["data"] == []


def test_many_are_changed_after_a_look(client, helmet):
    """The token of the preview does it once."""
    asked = {
        "filter": {"brand": ["Kestrel"]},
        "changes": [{"verb": "add_percent", "field": "price", "value": 10}],
    }
    seen = client.post(f"{HERE}/bulk", json=asked | {"preview": True}).json["data"]
    token = {"token": seen["preview"]["token"]}
    done = client.post(f"{HERE}/bulk", json=asked | token)
    again = client.post(f"{HERE}/bulk", json=asked | token)

    assert seen["preview"]["rows"][0]["new"] == 20.63
    assert (done.status_code, done.json["data"]["changed"]) == (200, 1)
    assert (again.status_code, again.json["code"]) == (409, "bulk-changed")
