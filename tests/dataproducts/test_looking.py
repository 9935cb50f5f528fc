"""Relations, freshness, search by words, users and programs of a table, over HTTP."""

import html
import re
import sqlite3

import pytest

from entrepot.connections import add_connection
from entrepot.dataproducts.examples import list_examples

BASE = "/api/data-products/docs:main/tables"
PAGE = "/data-products/docs:main/tables"
SCHEMA = """
create table authors (id integer primary key, name text, changed_at timestamp);
create table docs (
    id integer primary key, body text, author integer references authors, tags json);
create table pages (doc integer, number integer, primary key (doc, number));
create table notes (
    id integer primary key, doc integer references docs, number integer,
    foreign key (doc, number) references pages);
insert into pages values (1, 7);
insert into notes values (1, 1, 7), (2, 1, null);
create virtual table words using fts5(body, content='docs', content_rowid='id');
insert into authors values (1, 'Ines', '2026-11-20 10:00:00'), (2, 'Urs', null);
insert into docs values
    (1, 'steel pipe', 1, '["long", 7, "long"]'), (2, 'copper pipe', 2, '["long"]');
insert into words (words) values ('rebuild');
"""


@pytest.fixture
def docs(house, client, tmp_path, monkeypatch):
    """The client of a house that knows documents, their authors and their words."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "home" / "docs.db"
    with sqlite3.connect(path) as connection:
        connection.executescript(SCHEMA)
    connection.close()
    add_connection(house, name="docs", url=f"sqlite:///{path}", by="test")
    return client


def test_relations_go_both_ways(docs):
    """A row at hand has the conditions of those that belong to it."""
    there = docs.get(f"{BASE}/authors/relations?where=id:eq:1").json["data"]
    here = docs.get(f"{BASE}/docs/relations").json["data"]

    assert there == {
        "points_at": [],
        "pointed_at_by": [
            {
                "schema": "main",
                "table": "docs",
                "columns": ["id"],
                "other_columns": ["author"],
                "where": ["author:eq:1"],
            }
        ],
        "problem": "",
    }
    assert [(r["table"], r["where"]) for r in here["points_at"]] == [("authors", [])]


def test_a_key_of_several_columns_leads_to_its_row(docs):
    """Its own columns do; what other keys share has the shortest; half a key leads
    nowhere."""
    page = docs.get(f"{PAGE}/notes").text
    links = re.findall(r'<a href="([^"]*where=[^"]*)"><span>(\d)</span></a>', page)

    assert [(html.unescape(link), text) for link, text in links] == [
        (f"{PAGE}/docs?where=id%3Aeq%3A1", "1"),
        (f"{PAGE}/pages?where=doc%3Aeq%3A1&where=number%3Aeq%3A7", "7"),
        (f"{PAGE}/docs?where=id%3Aeq%3A1", "1"),
    ]


def test_a_product_says_how_new_its_tables_are(docs):
    """The newest value stands beside each table that tells one."""
    page = docs.get("/data-products/docs:main").text
    newest = re.findall(r'title="The newest value of (\w+)">([^<]+)<', page)

    assert newest == [("changed_at", "2026-11-20 10:00")]


def test_freshness_says_what_it_is(docs):
    """The newest value of the column that tells, and since when nothing changed."""
    found = docs.get(f"{BASE}/authors/freshness").json["data"]
    since = found.pop("unchanged_since")

    assert found == {
        "column": "changed_at",
        "newest": "2026-11-20T10:00:00",
        "is_indexed": False,
    }
    assert docs.get(f"{BASE}/docs/freshness").json["data"]["unchanged_since"] == since


def test_lists_are_counted_by_their_elements(docs):
    """A row counts once for each, and the element's condition leaves its rows."""
    (facet,) = docs.get(f"{BASE}/docs/facets?facet=tags").json["data"]["facets"]
    rows = docs.get(f"{BASE}/docs?where=tags:has:7").json["data"]["rows"]
    wrong = docs.get(f"{BASE}/docs?where=body:has:pipe")

    found = [(one["value"], one["rows"], one["where"]) for one in facet["values"]]
    assert (facet["by"], found) == (
        "element",
        [("long", 2, ["tags:has:long"]), ("7", 1, ["tags:has:7"])],
    )
    assert [row["id"] for row in rows] == [1]
    assert (wrong.status_code, "looks into lists" in wrong.json["detail"]) == (
        400,
        True,
    )


def test_the_structure_tells_what_can_be_searched(docs):
    """And rows are found so, also as a facet and through the box of the page."""
    structure = docs.get(f"{BASE}/docs/structure").json["data"]
    rows = docs.get(f"{BASE}/docs?where=:search:copper").json["data"]["rows"]
    facet = docs.get(f"{BASE}/docs/facets?facet=author&where=:search:pipe").json
    box = docs.get(f"{PAGE}/docs/searched?words=steel+pipe&limit=5")
    none = docs.get(f"{PAGE}/docs/searched?words=&where=:search:x&where=id:gt:0")

    assert [s["columns"] for s in structure["searches"]] == [["body"]]
    assert [row["id"] for row in rows] == [2]
    assert [v["rows"] for v in facet["data"]["facets"][0]["values"]] == [1, 1]
    assert box.location == f"{PAGE}/docs?where=%3Asearch%3Asteel+pipe&limit=5"
    assert none.location == f"{PAGE}/docs?where=id%3Agt%3A0"


def test_a_table_names_the_exports_of_it(docs):
    """Those of the same table only."""
    nothing = docs.get(f"{PAGE}/docs/used-by").text
    with docs.get(f"{BASE}/docs/export?format=csv") as file:
        assert file.status_code == 200
    something = docs.get(f"{PAGE}/docs/used-by").text
    other = docs.get(f"{PAGE}/authors/used-by").text

    assert [
        "Exports of this table" in text for text in (nothing, something, other)
    ] == [False, True, False]


@pytest.mark.parametrize(
    "part", ["profile", "relations", "used-by", "api", "structure"]
)
@pytest.mark.parametrize("table", ["docs", "words", "authors"])
def test_every_page_of_a_table_stands(docs, part, table):
    """Also of a full-text table."""
    assert docs.get(f"{PAGE}/{table}/{part}").status_code == 200


def test_programs_have_the_filters_of_the_page(docs):
    """Quoted as each language does; the first one works as it stands."""
    page = docs.get(f"{PAGE}/docs/api?where=body:contains:it%27s+%22x%22").text

    assert "where=body%3Acontains%3Ait%27s+%22x%22" in page
    for example in list_examples('http://h/api/"$(id)"'):
        assert '"http://h/api/"$(id)""' not in example.code
    assert list_examples("http://h/a?b=$(id)")[0].code.endswith(" 'http://h/a?b=$(id)'")
