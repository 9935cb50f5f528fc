"""`/api/exports/templates`, through Flask's test client."""

from __future__ import annotations

import sqlite3

import pytest

from entrepot.connections import add_connection
from entrepot.exports.template.shipped import shipped_names

PATH = "/api/exports/templates"
TEXT = """name = "stock"
null = "N/A"
[maps.kinds]
1 = "Raw"
[[sheets]]
name = "Stock"
columns = [
  { field = "sku", header = "SKU" },
  { field = "kind", header = "Kind", map = "kinds" },
  { field = "qty", header = "Pieces", type = "integer" },
]
"""
CHANGED = TEXT.replace("Pieces", "Quantity")


@pytest.fixture
def depot(house, client, tmp_path):
    """A connection with a table of 30 rows."""
    path = tmp_path / "home" / "depot.db"
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE stock (sku TEXT, kind INTEGER, qty TEXT)")
        rows = [(f"{n:03}", n % 2, "many" if n == 3 else str(n)) for n in range(30)]
        database.executemany("INSERT INTO stock VALUES (?, ?, ?)", rows)
    database.close()
    add_connection(house, name="depot", url=f"sqlite:///{path}")
    return "depot"


def created(client, text=TEXT, **more):
    """Post a template; return the answer."""
    return client.post(PATH, json={"text": text, **more})


def test_templates_are_made_changed_compared_and_removed(client):
    """The life of a template."""
    made = created(client, note="first")
    path = f"{PATH}/stock"
    assert made.status_code == 201
    assert made.json["data"]["version"] == 1

    changed = client.put(path, json={"text": CHANGED, "after": 1})
    stale = client.put(path, json={"text": TEXT, "after": 1})

    assert changed.json["data"]["version"] == 2
    assert (stale.status_code, stale.json["code"]) == (409, "conflict")
    versions = client.get(f"{path}/versions").json["data"]
    assert [(v["version"], v["note"]) for v in versions] == [(2, ""), (1, "first")]
    assert client.get(f"{path}@1").json["data"]["text"] == TEXT
    lines = client.get(f"{path}/diff").json["data"]["lines"]
    assert [line for line in lines if line[:1] in "+-"][2:] == [
        '-  { field = "qty", header = "Pieces", type = "integer" },',
        '+  { field = "qty", header = "Quantity", type = "integer" },',
    ]
    assert client.delete(path).json["data"] == {"name": "stock"}
    assert client.get(path).status_code == 404


def test_shipped_templates_are_listed_and_copied(client):
    """But neither changed nor removed."""
    names = [line["name"] for line in client.get(PATH).json["data"]]
    path = f"{PATH}/payments.standard"

    removed = client.delete(path)
    copied = client.post(f"{path}/copy", json={"to": "payments.ours"})

    assert names == list(shipped_names())
    assert (removed.status_code, removed.json["code"]) == (409, "shipped-template")
    assert copied.json["data"]["name"] == "payments.ours"


def test_validating_tells_every_mistake(client):
    """With line and column; a text without any is answered with 200."""
    good = client.post(f"{PATH}/validate", json={"text": TEXT})
    bad = client.post(
        f"{PATH}/validate",
        json={"text": TEXT.replace("null", "nul").replace('"kinds"', '"kind"')},
    )

    assert good.json["data"] == {"is_valid": True, "mistakes": []}
    assert (bad.status_code, bad.json["code"]) == (400, "invalid-template")
    assert bad.json["mistakes"] == [
        {
            "line": 2,
            "column": 1,
            "message": "nul: there is no 'nul' here; did you mean 'null'?",
        },
        {
            "line": 9,
            "column": 38,
            "message": "sheets[1].columns[2].map: "
            "there is no map 'kind'; did you mean 'kinds'?",
        },
    ]


def test_a_wrong_template_is_not_kept(client):
    """The answer is as from validating."""
    answer = created(client, TEXT.replace("sheets", "sheet"))

    assert answer.status_code == 400
    assert answer.json["mistakes"][0]["line"] == 1
    assert len(client.get(PATH).json["data"]) == len(shipped_names())


def test_a_preview_shows_twenty_rows_of_a_table(client, depot):
    """As the draft would write them, with what does not fit its type."""
    source = {"connection": depot, "table": "stock"}

    answer = client.post(f"{PATH}/preview", json={"text": TEXT, "source": source})

    (sheet,) = answer.json["data"]["sheets"]
    assert sheet["name"] == "Stock"
    assert sheet["columns"] == [
        {"name": "SKU", "type": "string"},
        {"name": "Kind", "type": "string"},
        {"name": "Pieces", "type": "int64"},
    ]
    assert len(sheet["rows"]) == 20
    assert sheet["rows"][:4] == [
        ["000", "0", "0"], ["001", "Raw", "1"],
        ["002", "0", "2"], ["003", "Raw", "many"],
    ]  # fmt: skip
    assert answer.json["data"]["warnings"] == [
        "Pieces: 1 of these values could not become the column's type"
    ]


def test_a_preview_shows_a_query_records_or_headers_alone(client, depot):
    """Of a kept template too."""
    created(client)

    def rows(source):
        wish = {"template": "stock@1", "source": source}
        return client.post(f"{PATH}/preview", json=wish).json["data"]["sheets"][0]

    query = "SELECT sku FROM stock ORDER BY sku DESC LIMIT 1"
    posted = [{"sku": "1", "qty": "2"}, {"sku": "x", "kind": "1"}]
    assert rows({"connection": depot, "query": query})["rows"] == [["029", "N/A", None]]
    assert rows({"records": posted})["rows"] == [["1", "N/A", "2"], ["x", "Raw", None]]
    assert rows(None)["rows"] == []
    assert [c["name"] for c in rows(None)["columns"]] == ["SKU", "Kind", "Pieces"]


@pytest.mark.parametrize(
    ("wish", "status"),
    [
        ({}, 400),
        ({"text": TEXT, "template": "stock"}, 400),
        ({"template": "nope"}, 404),
        ({"text": "name ="}, 400),
        ({"text": TEXT, "source": {"connection": "nope", "table": "t"}}, 404),
        ({"text": TEXT, "source": {"spool": "/etc/passwd"}}, 400),
        ({"text": TEXT, "source": {"records": [{}] * 1001}}, 400),
    ],
    ids=str,
)
def test_a_preview_that_cannot_be_says_why(client, wish, status):
    """Nothing is guessed."""
    assert client.post(f"{PATH}/preview", json={"text": TEXT}).status_code == 200

    assert client.post(f"{PATH}/preview", json=wish).status_code == status


def test_a_template_is_a_file_to_take_away(client):
    """The text as it is, under its name."""
    created(client)

    answer = client.get(f"{PATH}/stock/file")

    assert answer.text == TEXT
    assert answer.content_type == "application/toml"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="stock.toml"'


def test_viewers_look_and_analysts_write(signed_in):
    """Who may run queries may write templates."""
    analyst, viewer = signed_in("analyst"), signed_in("viewer")
    assert created(analyst).status_code == 201

    assert viewer.get(f"{PATH}/stock").status_code == 200
    assert created(viewer, TEXT.replace("stock", "other")).status_code == 403
    assert viewer.put(f"{PATH}/stock", json={"text": TEXT}).status_code == 403
    assert viewer.delete(f"{PATH}/stock").status_code == 403
    assert viewer.post(f"{PATH}/preview", json={"text": TEXT}).status_code == 403
    assert viewer.get(f"{PATH}/other").status_code == 404
