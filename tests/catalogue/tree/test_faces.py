"""The tree through its API."""

from __future__ import annotations

import pytest

from entrepot.catalogue import create_product
from entrepot.catalogue.events import CategoryMerged, CategoryMoved

HERE = "/api/categories"


@pytest.fixture
def ask(client):
    """A function that asks; it gives the status and the JSON."""

    def call(method, path="", body=None):
        answer = client.open(f"{HERE}{path}", method=method, json=body)
        return answer.status_code, answer.get_json(silent=True)

    return call


@pytest.fixture
def made(ask):
    """Ids of `Paper` below the first root, and of `A4` below that."""
    ids = []
    for name in ("Paper", "A4"):
        parent = ids[-1] if ids else 1
        status, said = ask("POST", body={"name": name, "parent_id": parent})
        assert status == 201
        ids.append(said["data"]["id"])
    return ids


def test_the_tree_is_listed_flat_nested_and_in_columns(ask, made):
    """Each with the counts of its products and of those below."""
    _, flat = ask("GET", "?limit=2")
    _, nested = ask("GET", "?tree=true")
    _, outline = ask("GET", "/outline")

    assert [one["path"] for one in flat["data"]] == [
        "Office Supplies",
        "Office Supplies > Paper",
    ]
    assert flat["page"] == {
        "next": f"{HERE}?limit=2&offset=2",
        "limit": 2,
        "total": 6,
    }
    paper = nested["data"][0]["children"][0]
    assert [c["name"] for c in paper["children"]] == ["A4"]
    assert outline["data"]["names"][:3] == ["Office Supplies", "Paper", "A4"]
    assert outline["data"]["levels"] == [0, 1, 2, 0, 0, 0]


def test_counts_follow_products(ask, made, house):
    """A category's own, and with all below it; as documents in its list."""
    with house.store.session() as session:
        for number, category in enumerate((made[1], made[1], 2)):
            values = {"sku": f"S{number}", "name": "P", "price": "1.5"}
            create_product(session, {**values, "category_id": category}, by="x")
    _, seen = ask("GET", "/1?include_products=true")
    _, page = ask("GET", "/1/products?limit=1")

    data = seen["data"]
    assert (data["product_count"], data["total_product_count"]) == (0, 2)
    assert [one["sku"] for one in data["products"]] == ["S0", "S1"]
    assert [one["sku"] for one in page["data"]] == ["S0"]
    assert page["page"]["total"] == 2
    _, rest = ask("GET", page["page"]["next"].removeprefix(HERE))
    assert [one["sku"] for one in rest["data"]] == ["S1"]


def test_an_outline_that_is_the_same_is_not_sent_again(client, ask, made):
    """A change of the tree is seen at once."""
    tag = client.get(f"{HERE}/outline").headers["ETag"]
    asked = {"If-None-Match": tag}
    assert client.get(f"{HERE}/outline", headers=asked).status_code == 304
    ask("PATCH", f"/{made[0]}", {"name": "Papers"})

    again = client.get(f"{HERE}/outline", headers=asked)
    assert again.status_code == 200
    assert "Papers" in again.get_json()["data"]["names"]


def test_a_category_is_changed(ask, made):
    """What is not said stays; a neighbour's name is refused."""
    status, said = ask(
        "PATCH", f"/{made[0]}", {"description": "White", "sort_order": 3}
    )
    data = said["data"]
    assert (status, data["name"], data["description"]) == (200, "Paper", "White")
    ask("POST", body={"name": "Pens", "parent_id": 1})
    status, said = ask("PATCH", f"/{made[0]}", {"name": "PENS"})

    assert (status, said["detail"]) == (409, "a category 'Pens' is there already")
    assert ask("GET", f"/{made[0]}")[1]["data"]["name"] == "Paper"


def test_a_category_is_moved_and_told(ask, made, heard):
    """Below itself it is not; both are seen in the record of events."""
    status, said = ask("POST", f"/{made[0]}/move", {"parent_id": made[1]})
    assert (status, said["code"]) == (409, "conflict")
    status, said = ask("POST", f"/{made[0]}/move", {"parent_id": None})

    assert (status, said["data"]["path"]) == (200, "Paper")
    assert [e for e in heard if isinstance(e, CategoryMoved)] == [
        CategoryMoved(id=made[0], came_from="Office Supplies > Paper", went_to="Paper")
    ]


def test_a_merge_is_made_and_taken_back(ask, made, heard):
    """By the id that it gave."""
    status, said = ask("POST", f"/{made[0]}/merge", {"target_id": 2})
    merge = said["data"]
    assert (status, merge["categories"]) == (200, 1)
    assert ask("GET", f"/{made[0]}")[0] == 404
    status, back = ask("POST", f"/merges/{merge['id']}/undo")

    assert (status, back["data"]["path"]) == (200, "Office Supplies > Paper")
    assert [e.name for e in heard if isinstance(e, CategoryMerged)] == [
        "Office Supplies > Paper"
    ]


def test_a_tree_is_previewed_imported_and_mapped(ask):
    """In one text; then suggestions, and all that are certain."""
    body = {"content": "1 - Pets\n2 - Furniture\n3 - Furnitures", "into": "mapping"}
    body |= {"tree": "a/b"}
    assert ask("POST", "/import", body | {"preview": True})[1]["data"]["mapped"] == 3
    assert ask("GET", "/mappings")[1]["data"] == []
    assert ask("POST", "/import", body)[0] == 200
    _, said = ask("GET", "/mappings/a~2Fb?state=open&suggest=true")

    pets, chairs = said["data"]
    assert pets["suggestions"] == []
    assert chairs["suggestions"][0]["path"] == "Furniture"
    status, _ = ask("PATCH", "/mappings/a~2Fb", {"mappings": {"3": 3, "1": None}})
    assert status == 200
    assert ask("POST", "/mappings/a~2Fb/certain")[1]["data"] == {"mapped": 0}
    assert ask("DELETE", "/mappings/a~2Fb")[0] == 204
    assert ask("GET", "/mappings")[1]["data"] == []


def test_only_what_is_certain_is_mapped_by_itself(ask):
    """The same path, or a name that only one of ours has."""
    ask("POST", body={"name": "Ink", "parent_id": 2})
    content = "1 - Other > Ink\n2 - Other > Paper"
    ask("POST", "/import", {"content": content, "into": "mapping", "tree": "t"})

    assert ask("POST", "/mappings/t/certain")[1]["data"] == {"mapped": 1}
    _, said = ask("GET", "/mappings/t?state=mapped")
    assert [one["mapping"]["key"] for one in said["data"]] == ["1"]


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/99", None, 404),
        ("GET", "?limit=0", None, 400),
        ("GET", "/99/products", None, 404),
        ("POST", "", {"name": " "}, 400),
        ("POST", "", {"name": "x", "parent_id": 99}, 404),
        ("POST", "", {"name": "furniture"}, 409),
        ("PATCH", "/1", {"name": "x" * 256}, 400),
        ("DELETE", "/99", None, 404),
        ("POST", "/1/merge", {"target_id": 1}, 409),
        ("POST", "/merges/none/undo", None, 404),
        ("POST", "/import", {"content": "nothing"}, 400),
        ("GET", "/mappings/none?limit=0", None, 400),
        ("PATCH", "/mappings/none", {"mappings": {"1": 1}}, 404),
        ("DELETE", "/mappings/none", None, 404),
    ],
)
def test_what_cannot_be_is_refused(ask, method, path, body, status):
    """With the status of its kind."""
    before = ask("GET", "/outline")[1]

    assert ask(method, path, body)[0] == status
    assert ask("GET", "/outline")[1] == before


def test_viewers_look_and_analysts_change(signed_in):
    """Nobody else sees the tree."""
    viewer, analyst = signed_in("viewer"), signed_in("analyst")
    body = {"name": "New"}

    assert viewer.get(HERE).status_code == 200
    assert viewer.post(HERE, json=body).status_code == 403
    assert analyst.post(HERE, json=body).status_code == 201
    assert analyst.application.test_client().get(HERE).status_code == 401
