"""Rows of a file as products."""

import json
from decimal import Decimal

import pyarrow as pa
import pytest

from entrepot.base.errors import Invalid, UnknownName
from entrepot.feeds.reading import (
    Mapped,
    Plan,
    check_plan,
    list_targets,
    open_raw,
    parse_plan,
    render_plan,
)

OPTIONS = {"encoding": "utf-8", "delimiter": ","}


def plan_of(*mapping, **others):
    mapped = tuple(Mapped(column=column, field=field) for column, field in mapping)
    return Plan(format="csv", options=OPTIONS, mapping=mapped, **others)


def test_a_batch_has_the_types_of_its_fields(desk):
    """Money is exact, and what is empty is NULL."""
    plan = plan_of(
        ("a", "sku"), ("b", "price"), ("c", "weight"), ("d", "track_inventory")
    )

    rows, _, _ = desk.read("a,b,c,d\nX,1.5,2,yes\nY,,,\n", plan)

    assert dict(zip(desk.feed.schema.names, desk.feed.schema.types, strict=True)) == {
        "line": pa.int64(),
        "sku": pa.string(),
        "price": pa.decimal128(12, 2),
        "weight": pa.float64(),
        "track_inventory": pa.bool_(),
    }
    assert [tuple(row.values()) for row in rows] == [
        (2, "X", Decimal("1.50"), 2.0, True),
        (3, "Y", None, None, None),
    ]


def test_attributes_become_one_object(desk):
    """What is empty is not among them; signs in values are kept."""
    plan = plan_of(
        ("a", "sku"), ("b", "custom_attributes.color"), ("c", "custom_attributes.x.y")
    )

    rows, _, _ = desk.read('a,b,c\nX,"red ""1"" \\",\nY,,ü\nZ,,\n', plan)

    assert [json.loads(row["custom_attributes"] or "null") for row in rows] == [
        {"color": 'red "1" \\'},
        {"x.y": "ü"},
        None,
    ]


def test_metafields_have_a_namespace(desk):
    """One object of objects."""
    plan = plan_of(
        ("a", "sku"), ("b", "metafields.custom.ink"), ("c", "metafields.g.x")
    )

    rows, _, _ = desk.read("a,b,c\nX,blue,\nY,,1\nZ,,\n", plan)

    assert [row["metafields"] for row in rows] == [
        '{"custom":{"ink":"blue"}}',
        '{"g":{"x":"1"}}',
        None,
    ]


def test_whole_objects_take_single_attributes(desk):
    """A file may have both; the single one wins."""
    plan = plan_of(
        ("a", "sku"), ("b", "custom_attributes"), ("c", "custom_attributes.color")
    )

    rows, _, _ = desk.read('a,b,c\nX,"{""size"":""L"",""color"":""red""}",blue\n', plan)

    assert json.loads(rows[0]["custom_attributes"]) == {"size": "L", "color": "blue"}


def test_several_columns_of_one_field(desk):
    """The first that is filled in counts; lists are joined, levels too."""
    plan = plan_of(
        *(("a", "sku"), ("b", "name"), ("c", "name")),
        *(("d", "additional_images"), ("e", "additional_images")),
        *(("f", "category_path"), ("g", "category_path")),
    )

    rows, _, _ = desk.read(
        "a,b,c,d,e,f,g\nX,,two,u1|u2,u3,Home,Pots\nY,one,two,,,,\n", plan
    )

    assert [(r["name"], r["additional_images"], r["category_path"]) for r in rows] == [
        ("two", '["u1","u2","u3"]', "Home > Pots"),
        ("one", None, None),
    ]


def test_defaults_fill_what_is_empty(desk):
    """Also fields that the file has no column for."""
    plan = plan_of(
        ("a", "sku"), ("b", "brand"), defaults={"brand": "Acme", "status": "active"}
    )

    rows, _, _ = desk.read("a,b\nX,\nY,Bolt\n", plan)

    assert [(r["brand"], r["status"]) for r in rows] == [
        ("Acme", "active"),
        ("Bolt", "active"),
    ]


def test_prices_bring_their_currency(desk):
    """`12,90 €` is 12.90 EUR."""
    rows, errors, _ = desk.read(
        'sku;price\nA;"12,90 €"\nB;"1.234,50 €"\nC;"5,00 USD"\n'
    )

    assert errors == []
    assert [(row["price"], row["currency"]) for row in rows] == [
        (Decimal("12.90"), "EUR"),
        (Decimal("1234.50"), "EUR"),
        (Decimal("5.00"), "USD"),
    ]


def test_the_later_of_two_skus_is_an_error(desk):
    """It names the line of the first, in whatever case it is written."""
    rows, errors, _ = desk.read("sku,name\nA,one\nB,two\na,three\nA,four\n")

    assert [row["name"] for row in rows] == ["one", "two"]
    assert [(e.line, e.code, e.value) for e in errors] == [
        (4, "duplicate", "A"),
        (5, "duplicate", "A"),
    ]
    assert "line 2" in errors[0].reason


def test_repeats_are_found_over_the_whole_file(desk):
    """However far apart they are."""
    lines = [f"S{n},x" for n in range(70_000)]
    text = "\n".join(["sku,name", *lines, "S5,y", "S69999,z", "NEW,new"]) + "\n"

    rows, errors, _ = desk.read(text)

    assert len(rows) == 70_001
    assert [(e.line, e.reason.split()[-4:-2]) for e in errors] == [
        (70_002, ["line", "7"]),
        (70_003, ["line", "70001"]),
    ]


def test_a_row_in_error_is_no_first_of_its_sku(desk):
    """The good one after it is taken."""
    rows, errors, _ = desk.read("sku,price\nA,bad\nA,1\n")

    assert [row["line"] for row in rows] == [3]
    assert [error.code for error in errors] == ["not-a-number"]


def test_a_row_without_a_key_is_an_error(desk):
    """Nobody would know which product it is; a barcode says it as well."""
    rows, errors, _ = desk.read("sku,upc,name\nA,,x\n,4006381333931,y\n,,z\n")

    assert [row["line"] for row in rows] == [2, 3]
    assert [(e.line, e.code) for e in errors] == [(4, "no-key")]


def test_categories_may_be_mapped(desk):
    """Each path is asked for once; what has no answer stays."""
    asked = []

    def ours(paths):
        asked.extend(paths)
        return {"Home > Pots": "Kitchen > Cookware"}

    rows, _, _ = desk.read(
        "sku,category\nA,Home > Pots\nB,Home > Pots\nC,Garden > Pots\n", categories=ours
    )

    assert [row["category_path"] for row in rows] == [
        "Kitchen > Cookware",
        "Kitchen > Cookware",
        "Garden > Pots",
    ]
    assert asked == ["Home > Pots", "Garden > Pots"]


def test_one_row_may_have_several_errors(desk):
    """All are told at once, and the row is counted once."""
    rows, errors, _ = desk.read("sku,price,weight\nA,x,y\nB,1,2\n")

    assert [error.column for error in errors] == ["price", "weight"]
    assert (len(rows), desk.feed.rows_read) == (1, 2)


def test_the_rows_come_as_they_are_too(desk):
    """For a file with the reasons beside its rows."""
    plan = plan_of(("sku", "sku"))
    with open_raw(desk.put("sku,x\nA,=1\n"), plan) as batches:
        rows = [row for batch in batches for row in batch.rows.to_pylist()]

    assert rows == [{"line": 2, "sku": "A", "x": "=1"}]


def test_a_plan_is_kept_as_json(desk):
    """What comes back is what was kept."""
    plan = desk.look("Handle,Title,Variant Price,Option1 Name,Option1 Value\n").plan

    assert parse_plan(render_plan(plan)) == plan
    with pytest.raises(Invalid, match="no plan"):
        parse_plan('{"format": 5}')


@pytest.mark.parametrize(
    ("plan", "error"),
    [
        (plan_of(("a", "colour")), UnknownName),
        (plan_of(("a", "custom_attributes.")), UnknownName),
        (plan_of(("a", "metafields.x")), UnknownName),
        (plan_of(("a", "sku"), defaults={"price": "cheap"}), Invalid),
        (plan_of(("a", "sku"), defaults={"nothing": "1"}), UnknownName),
        (Plan(format="doc"), UnknownName),
    ],
)
def test_a_plan_that_cannot_be_is_refused(plan, error):
    """Beside one that can."""
    check_plan(plan_of(("a", "sku"), ("b", "custom_attributes.b")))

    with pytest.raises(error):
        check_plan(plan)


def test_fields_are_listed_with_their_kinds():
    """For people to choose from."""
    targets = {target.name: target for target in list_targets()}

    assert targets["price"].kind == "money"
    assert targets["sku"].is_required
    assert targets["category_path"].kind == "path"
    assert "category_id" not in targets
