"""`/api/data-products`, over HTTP."""

import sqlite3

import pytest

ORDERS = "/api/data-products/shop:main/tables/Order%20Details"


def rows(client, address):
    """Return the rows of an answer that must be good."""
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    return answer.json["data"]["rows"]


def test_lists_products(shop):
    """Every schema of every connection is a product."""
    (product,) = shop.get("/api/data-products").json["data"]

    assert (product["connection"], product["schema"]) == ("shop", "main")
    assert product["display_name"] == "shop"


@pytest.mark.parametrize("address", ["shop:main", "main"])
def test_lists_tables_by_either_address(shop, address):
    """`connection:schema`, or the schema alone while it is unambiguous."""
    answer = shop.get(f"/api/data-products/{address}/tables").json["data"]

    assert [(t["name"], t["type"]) for t in answer] == [
        ("/BIC/AZ~1", "table"),
        ("Order Details", "table"),
        ("expensive", "view"),
        ("keyless", "table"),
    ]


def test_a_row_has_exact_values(shop):
    """Big integers and bytes as strings, NULL as null, the empty text as itself."""
    full, empty, edge = rows(shop, f"{ORDERS}?limit=3")

    assert full == {
        "id": 1,
        "na.me, 'q' \"x\"": "a",
        "price": 12.5,
        "big": 7,
        "picture": "AP8=",
        "day": "2024-02-29",
        "at": "2024-02-29T10:11:12",
        "is_open": True,
    }
    assert set(empty.values()) == {2, None}
    assert (edge["big"], edge["na.me, 'q' \"x\""]) == (str(2**53 + 1), "")


def test_arrays_are_the_fast_form(shop):
    """`shape=arrays` gives the rows in the columns' order."""
    assert rows(shop, f"{ORDERS}?limit=1&columns=big,id&shape=arrays") == [[7, 1]]


@pytest.mark.parametrize(
    "table", ["Order%20Details", "~2FBIC~2FAZ~7E1", "keyless", "expensive"]
)
def test_pages_meet_every_row_once(shop, table):
    """With a key, a hidden one or none, `page.next` leads through the whole."""
    base = f"/api/data-products/shop:main/tables/{table}"
    whole, found, address = rows(shop, f"{base}?limit=1000"), [], f"{base}?limit=2"
    while address:
        answer = shop.get(address).json
        found += answer["data"]["rows"]
        address = answer["page"]["next"]

    assert found == whole
    assert len(whole) >= 3


def test_the_next_page_has_an_address_that_can_be_sent(shop):
    """A table's name with a blank or a slash is encoded in `page.next`."""
    for table in ("Order%20Details", "~2FBIC~2FAZ~7E1"):
        path = f"/api/data-products/shop:main/tables/{table}"
        following = shop.get(f"{path}?limit=1").json["page"]["next"]

        assert following.partition("?")[0] == path


def test_pages_keep_the_question(shop):
    """Filter, order, columns and shape go along to the next page."""
    address = f"{ORDERS}?limit=2&where=id:gt:20&order_by=id%20desc&columns=id"
    first = shop.get(address).json
    second = shop.get(first["page"]["next"]).json

    assert [r["id"] for r in first["data"]["rows"]] == [25, 24]
    assert second["data"]["rows"] == [{"id": 23}, {"id": 22}]
    assert shop.get(second["page"]["next"]).json["page"]["next"] is None


def test_a_row_added_meanwhile_does_not_shift_the_pages(shop, house):
    """The page after is the rows behind the last one seen."""
    first = shop.get(f"{ORDERS}?limit=2&order_by=id%20desc&columns=id").json
    with sqlite3.connect(house.home / "shop.db") as connection:
        connection.execute('insert into "Order Details" (id) values (99)')
    connection.close()

    assert rows(shop, first["page"]["next"]) == [{"id": 23}, {"id": 22}]


def test_totals_are_counted_only_when_asked(shop):
    """Exact counts what the filter leaves; without statistics there is no estimate."""
    page = shop.get(f"{ORDERS}?where=id:le:20&total=exact").json["page"]
    unknown = shop.get(f"{ORDERS}?total=estimate").json["page"]

    assert page["total"] == 20
    assert "total" not in unknown


def test_structure_names_columns_and_key(shop):
    """Columns come in order with their types."""
    data = shop.get(f"{ORDERS}/structure").json["data"]

    assert [c["name"] for c in data["columns"]][:2] == ["id", "na.me, 'q' \"x\""]
    assert data["key"] == ["id"]
    assert data["columns"][0] | {"default": None} == data["columns"][0]


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/api/data-products/nope:main/tables", 404, "'nope'"),
        ("/api/data-products/shop:nope/tables", 404, "'nope'"),
        ("/api/data-products/nope/tables", 404, "'nope'"),
        ("/api/data-products/shop:main/tables/nope", 404, "'nope'"),
        (f"{ORDERS}?where=nope:eq:1", 400, "'nope'"),
        (f"{ORDERS}?where=id:equals:1", 400, "'equals'"),
        (f"{ORDERS}?where=id:eq:one", 400, "id: 'one' is not an integer"),
        (f"{ORDERS}?columns=nope", 400, "'nope'"),
        (f"{ORDERS}?order_by=nope", 400, "'nope'"),
        (f"{ORDERS}?limit=abc", 400, "limit"),
        (f"{ORDERS}?limit=-1", 400, "limit"),
        (f"{ORDERS}?limit=1e9", 400, "limit"),
        (f"{ORDERS}?limit=1001", 400, "limit"),
        (f"{ORDERS}?limt=1", 400, "'limt'"),
        (f"{ORDERS}?after=xyz", 400, "not a place"),
        ("/api/data-products/shop:main/tables/expensive?after=W10", 400, "no key"),
        ("/api/data-products/shop:main/tables/a~b", 400, "~7E"),
    ],
)
def test_a_wrong_question_is_answered_with_what_was_wrong(shop, address, status, words):
    """Every refusal is a problem document that names the culprit."""
    answer = shop.get(address)

    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"
    assert words in answer.json["detail"]


def test_an_ambiguous_schema_names_the_candidates(shop, house, tmp_path):
    """Two connections with a `main` want the connection said."""
    from tests.dataproducts.stock import build

    from entrepot.connections import add_connection

    path = build(tmp_path / "home" / "other.db")
    add_connection(house, name="other", url=f"sqlite:///{path}", by="test")
    answer = shop.get("/api/data-products/main/tables")

    assert answer.status_code == 400
    assert answer.json["known"] == ["other:main", "shop:main"]


def test_an_unreachable_connection_hides_only_its_own(shop, house):
    """The list still has what can be reached."""
    from entrepot.connections import add_connection

    add_connection(
        house,
        name="gone",
        url=f"sqlite:///{house.home}/gone.db",
        by="test",
        test=False,
    )
    answer = shop.get("/api/data-products")

    assert [p["connection"] for p in answer.json["data"]] == ["shop"]


def test_the_same_answer_is_not_sent_twice(shop):
    """`If-None-Match` with the answer's tag gives 304."""
    tag = shop.get(f"{ORDERS}?limit=2").headers["ETag"]

    again = shop.get(f"{ORDERS}?limit=2", headers={"If-None-Match": tag})

    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize("columns", [1, 2000])
def test_a_table_of_the_widest_kind_is_read_page_by_page(shop, house, columns):
    """SQLite's limit of columns leaves no room for the key of the next page."""
    names = ", ".join(f"c{n} integer" for n in range(columns))
    with sqlite3.connect(house.home / "shop.db") as connection:
        connection.execute(f"create table wide ({names})")
        connection.execute("insert into wide (c0) values (1), (2), (3)")
    connection.close()
    address, found = "/api/data-products/shop:main/tables/wide?limit=2", []
    while address:
        answer = shop.get(address).json
        found += [row["c0"] for row in answer["data"]["rows"]]
        address = answer["page"]["next"]

    assert found == [1, 2, 3]
