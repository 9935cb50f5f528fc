"""The pages of a new export, by requests: who may, and what stands in the address."""

from __future__ import annotations

import io
import sqlite3
from contextlib import closing
from html import unescape

import pytest
from werkzeug.datastructures import MultiDict

from entrepot.connections import add_connection
from entrepot.exports.again import find_repeatable
from entrepot.exports.pages.wish import Wish, read_form, read_wish
from entrepot.exports.previewing import list_columns, preview_request
from entrepot.exports.wanted import (
    ExportRequest,
    Rename,
    Select,
    Source,
    Split,
)

STEP = {"step": "format", "connection": "shop"}
TABLE = STEP | {"schema": "main", "table": "orders"}
QUERY = STEP | {"query": "SELECT code AS secret_code FROM orders"}


@pytest.fixture
def shop(house):
    """Register a file with a table of five orders."""
    path = house.home / "shop.db"
    with closing(sqlite3.connect(path)) as writer, writer:
        writer.execute("CREATE TABLE orders (id INTEGER PRIMARY KEY, code TEXT)")
        rows = [(n, f"00{n}") for n in range(5)]
        writer.executemany("INSERT INTO orders VALUES (?, ?)", rows)
    add_connection(house, name="shop", url=f"sqlite:///{path}")


def test_a_wish_is_the_same_after_its_address():
    """All that is chosen is in the address, and read back as it was."""
    wish = Wish(
        connection="shop",
        table="a:b",
        where=("id:gt:1", "code:contains:x,y"),
        columns="code,i~2Cd",
        heading=("code:Code: no.",),
        option=("delimiter:;",),
        split="1000",
        deliver_to=("archive", "warehouse"),
    )

    assert read_wish(MultiDict(wish.pairs())) == wish


def test_a_form_says_columns_order_and_headings():
    """What is ticked stays, in its order; a heading counts where it is another."""
    form = MultiDict(
        [("column", name) for name in ("a", "b,c", "d")]
        + [("natural", name) for name in ("a", "b,c", "d")]
        + [("head", ""), ("head", " Two "), ("head", "d")]
        + [("take", "b,c"), ("take", "a"), ("go", "up:1")]
    )
    wish = read_form(form, {})

    assert (wish.columns, wish.heading) == ("b~2Cc,a", ("b,c:Two",))


def test_another_table_takes_the_filters_with_it():
    """Filters, order and columns of the one before mean nothing there."""
    before = [("where", "id:gt:1"), ("order_by", "id"), ("columns", "id")]
    kept = read_form(
        MultiDict([*before, ("table_of", "m:a"), ("table_was", "m:a")]), {}
    )
    left = read_form(
        MultiDict([*before, ("table_of", "m:b"), ("table_was", "m:a")]), {}
    )

    assert kept == Wish(
        schema="m", table="a", where=("id:gt:1",), order_by="id", columns="id"
    )
    assert left == Wish(schema="m", table="b")


def test_usual_options_stay_out_of_the_address():
    """Only what differs is kept, and nothing of another format."""
    form = {"format": "csv", "options_of": "csv", "option-bom": "true"}
    form |= {"option-delimiter": ","}
    usual = {"bom": False, "delimiter": ","}

    assert read_form(MultiDict(form), usual).option == ("bom:true",)
    assert read_form(MultiDict(form | {"format": "xlsx"}), usual).option == ()


def test_a_wish_is_an_export_request():
    """Columns and headings are operations; the split is a number."""
    wish = Wish(
        connection="shop",
        table="orders",
        columns="code",
        heading=("code:Code", "id:Number"),
        format="csv",
        split="1,000",
    )

    assert wish.request() == ExportRequest(
        source=Source(connection="shop", table="orders"),
        format="csv",
        operations=[Select(columns=["code"]), Rename(columns={"code": "Code"})],
        split=Split(rows=1000),
    )


def test_a_preview_is_the_beginning_of_the_file(house, shop):
    """The same rows, names and values as the file will have."""
    source = Source(connection="shop", table="orders", where=["id:gt:2"])
    renamed = [Select(columns=["code"]), Rename(columns={"code": "Code"})]
    seen = preview_request(house, ExportRequest(source=source, operations=renamed))

    [sheet] = seen.sheets
    assert [column.name for column in list_columns(house, source)] == ["id", "code"]
    assert [column.name for column in sheet.columns] == ["Code"]
    assert sheet.rows == [["003"], ["004"]]


def test_a_viewer_previews_tables_but_no_queries(signed_in, shop):
    """The analyst sees what the query gives; the viewer no row of it, in no way."""
    analyst, viewer = signed_in("analyst"), signed_in("viewer")
    seen = analyst.get("/exports/new", query_string=QUERY).text
    table = viewer.get("/exports/new", query_string=TABLE).text
    refused = [
        viewer.get("/exports/new", query_string=QUERY | {"kind": kind}).text
        for kind in ("query", "table", "file", "")
    ]

    assert "secret_code" in seen
    assert "004" in table
    assert [page for page in refused if "<td>004</td>" in page] == []


def test_a_viewer_exports_no_query(signed_in, shop):
    """The form's own button is refused as the API refuses it."""
    wanted = QUERY | {"go": "run", "format": "csv"}
    done = signed_in("analyst").post("/exports/new", data=wanted)
    refused = signed_in("viewer").post("/exports/new", data=wanted)

    assert (done.status_code, refused.status_code) == (303, 403)


def test_an_upload_is_only_for_whoever_sent_it(signed_in, house):
    """Others are told that there is none."""
    one, other = signed_in("analyst"), signed_in("viewer")
    file = (io.BytesIO(b"code\n007\n"), "agents.csv")
    place = one.post("/exports/new", data={"step": "rows", "file": file}).location

    assert "007" in one.get(place).text
    assert "there is no upload" in unescape(other.get(place).text).lower()


def test_others_exports_are_not_there(signed_in, shop):
    """Not their pages, nor what can be done with them."""
    one, other = signed_in("analyst"), signed_in("viewer")
    wanted = TABLE | {"go": "run", "format": "csv", "all": "yes"}
    place = one.post("/exports/new", data=wanted).location
    steps = ("", "/cancel", "/again", "/delete")
    answers = [
        other.post(f"{place}{step}").status_code
        if step
        else other.get(place).status_code
        for step in steps
    ]

    assert one.get(place).status_code == 200
    assert answers == [404] * 4
    assert place not in other.get("/exports").text


def test_the_list_says_when_nothing_changed(client, shop):
    """A cursor comes with the page; asked again, the answer is 304."""
    wanted = TABLE | {"go": "run", "format": "csv", "all": "yes"}
    client.post("/exports/new", data=wanted)
    first = client.get("/exports/changes")
    tag = {"If-None-Match": first.headers["ETag"]}

    assert first.text.count('class="job"') == 1
    assert client.get("/exports/changes", headers=tag).status_code == 304


def test_what_was_asked_for_can_be_asked_again(client, house, shop):
    """A new export of the rows as they are now; the first stays as it is."""
    wanted = TABLE | {"go": "run", "format": "csv", "all": "yes"}
    first = client.post("/exports/new", data=wanted).location
    second = client.post(f"{first}/again").location

    ids = {place.removeprefix("/exports/") for place in (first, second)}
    assert len(ids) == 2
    assert find_repeatable(house, ids) == ids


def test_the_same_twice_is_said(client, shop):
    """The kept file serves again, and the page says so."""
    wanted = TABLE | {"go": "run", "format": "csv", "all": "yes"}
    first = client.post("/exports/new", data=wanted).location
    second = client.post("/exports/new", data=wanted).location

    assert second == f"{first}?said=cached"
    assert "Nothing was made twice" in client.get(second).text


def test_a_file_of_an_archive_comes_alone(client, shop):
    """By its number, with its own hash; one that is not there is not."""
    wanted = TABLE | {"go": "run", "format": "csv", "split": "3", "all": "yes"}
    place = client.post("/exports/new", data=wanted).location
    second = client.get(f"/api{place}/files/2")

    assert second.data == b"id,code\r\n3,003\r\n4,004\r\n"
    assert client.get(f"/api{place}/files/3").status_code == 404
