"""IF conditions THEN actions."""

from decimal import Decimal

import pytest

from entrepot.base.errors import Invalid
from entrepot.feeds.reading import (
    Action,
    Condition,
    Mapped,
    Plan,
    Rule,
    check_plan,
    open_mapped,
    samples,
)

TEXT = """sku,name,price,brand,stock,color
A,Blue pot,10.00,Acme,5,blue
B,Red pan,20.00,Bolt,0,red
C,Green lid,30.00,,7,
"""
MAPPING = tuple(
    Mapped(column=column, field=field)
    for column, field in [
        *(("sku", "sku"), ("name", "name"), ("price", "price"), ("brand", "brand")),
        *(("stock", "inventory_quantity"), ("color", "custom_attributes.color")),
    ]
)


def plan_of(*rules):
    return Plan(format="csv", mapping=MAPPING, rules=rules)


def rule(column, test, value, *actions, stage="product"):
    condition = Condition(column=column, test=test, value=value)
    return Rule(conditions=(condition,), actions=actions, stage=stage)


def always(*actions, stage="product"):
    return Rule(actions=actions, stage=stage)


@pytest.mark.parametrize(
    ("column", "test", "value", "holds"),
    [
        ("brand", "is", " acme ", "A"),
        ("brand", "is_not", "acme", "BC"),
        ("name", "contains", "P", "AB"),
        ("name", "lacks", "pot", "BC"),
        ("name", "starts_with", "green", "C"),
        ("name", "ends_with", "PAN", "B"),
        ("name", "matches", "^(blue|red)", "AB"),
        ("sku", "is_one_of", "a\n c", "AC"),
        ("brand", "is_empty", "", "C"),
        ("brand", "is_filled", "", "AB"),
        ("price", "is_above", "15", "BC"),
        ("price", "is_below", "15", "A"),
        ("price", "is", "20", "B"),
        ("inventory_quantity", "is", "0", "B"),
        ("custom_attributes.color", "is", "RED", "B"),
        ("currency", "is_empty", "", "ABC"),
    ],
)
def test_conditions(desk, column, test, value, holds):
    """Words without regard to case, numbers as numbers."""
    marked = plan_of(
        rule(column, test, value, Action(kind="set", column="status", value="archived"))
    )

    rows, _, _ = desk.read(TEXT, marked)

    assert "".join(r["sku"] for r in rows if r["status"] == "archived") == holds


@pytest.mark.parametrize(
    ("action", "after"),
    [
        (Action(kind="set", column="brand", value="X"), ["X", "X", "X"]),
        (Action(kind="clear", column="brand"), [None, None, None]),
        (
            Action(kind="replace", column="brand", value="c", by="k"),
            ["Akme", "Bolt", None],
        ),
        (
            Action(kind="prefix", column="brand", value="The "),
            ["The Acme", "The Bolt", None],
        ),
        (Action(kind="suffix", column="brand", value="!"), ["Acme!", "Bolt!", None]),
        (Action(kind="map", column="brand", table={"ACME": "A"}), ["A", "Bolt", None]),
        (
            Action(kind="multiply", column="price", value="1.105"),
            ["11.05", "22.10", "33.15"],
        ),
        (Action(kind="add", column="price", value="-0.5"), ["9.50", "19.50", "29.50"]),
        (Action(kind="round", column="price", value="-1"), ["10.00", "20.00", "30.00"]),
        (Action(kind="add", column="inventory_quantity", value="1"), [6, 1, 8]),
    ],
)
def test_actions(desk, action, after):
    """All rows at once; money stays exact, and what is empty stays so."""
    rows, _, _ = desk.read(TEXT, plan_of(always(action)))

    wanted = [Decimal(v) if action.column == "price" else v for v in after]
    assert [row[action.column] for row in rows] == wanted


@pytest.mark.parametrize(
    ("step", "price", "rounded"),
    [
        ("0.05", "9.97", "9.95"),
        ("0", "9.50", "10"),
        ("1", "9.25", "9.3"),
        ("0.99", "3", "2.97"),
    ],
)
def test_rounding(desk, step, price, rounded):
    """To places, or to the next multiple of an amount."""
    text = f"sku,name,price,brand,stock,color\nA,x,{price},,,\n"
    action = Action(kind="round", column="price", value=step)

    rows, _, _ = desk.read(text, plan_of(always(action)))

    assert rows[0]["price"] == Decimal(rounded)


def test_rules_apply_in_their_order(desk):
    """The second sees what the first did; one that is off is not there."""
    double = always(Action(kind="multiply", column="price", value="2"))
    cheap = rule(
        "price", "is_above", "30", Action(kind="set", column="brand", value="Dear")
    )

    rows, _, _ = desk.read(TEXT, plan_of(double, cheap))
    assert [row["brand"] for row in rows] == ["Acme", "Dear", "Dear"]

    rows, _, _ = desk.read(TEXT, plan_of(cheap, double))
    assert [row["brand"] for row in rows] == ["Acme", "Bolt", None]


def test_rules_of_the_file_come_before_it_is_read(desk):
    """They see its texts, so they can mend what could not be read."""
    text = TEXT.replace("10.00", "ten")
    mend = rule(
        "price",
        "is",
        "TEN",
        Action(kind="set", column="price", value="10"),
        stage="file",
    )

    rows, errors, _ = desk.read(text, plan_of(mend))

    assert (rows[0]["price"], errors) == (Decimal(10), [])


def test_skipped_rows_are_told(desk):
    """They are neither products nor errors."""
    plan = plan_of(rule("brand", "is_empty", "", Action(kind="skip")))
    with open_mapped(desk.put(TEXT), plan) as feed:
        batches = list(feed)

    assert [batch.skipped for batch in batches] == [(4,)]
    assert (batches[0].rows.num_rows, batches[0].errors, feed.rows_read) == (2, (), 3)


def test_bounds_hold_after_rules(desk):
    """A rule cannot make what the catalogue would not keep."""
    plan = plan_of(
        rule("sku", "is", "A", Action(kind="add", column="price", value="-11")),
        rule("sku", "is", "B", Action(kind="prefix", column="brand", value="x" * 300)),
    )

    rows, errors, _ = desk.read(TEXT, plan)

    assert [row["sku"] for row in rows] == ["C"]
    assert [(e.line, e.code) for e in errors] == [(2, "negative"), (3, "too-long")]


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (Rule(), "does nothing"),
        (always(Action(kind="multiply", column="price", value="x")), "needs a number"),
        (always(Action(kind="multiply", column="name", value="2")), "is no number"),
        (always(Action(kind="prefix", column="price", value="2")), "is no text"),
        (always(Action(kind="set", column="price", value="cheap")), "not a number"),
        (always(Action(kind="set", column="nothing", value="x")), "no field"),
        (always(Action(kind="replace", column="name")), "needs the text"),
        (always(Action(kind="round", column="price", value="0.0")), "needs a number"),
        (rule("name", "matches", "(", Action(kind="skip")), "no pattern"),
        (rule("price", "is_above", "x", Action(kind="skip")), "no number"),
    ],
)
def test_a_rule_that_cannot_be_is_refused(wrong, says):
    """With its place, and why; the good one before it is let through."""
    good = always(Action(kind="set", column="brand", value="X"))
    check_plan(plan_of(good))

    with pytest.raises(Invalid, match=rf"rule 2: .*{says}"):
        check_plan(plan_of(good, wrong))


def test_samples_show_each_rule(desk):
    """Before and after, for how many rows it holds, and which it leaves out."""
    plan = plan_of(
        rule("brand", "is", "acme", Action(kind="multiply", column="price", value="2")),
        always(Action(kind="multiply", column="name", value="2")),
        rule("brand", "is_empty", "", Action(kind="skip")),
    )

    shown = samples(desk.put(TEXT), plan)

    first, second, third = shown.rules
    assert [(c.line, c.column, c.before, c.after) for c in first.changes] == [
        (2, "price", "10.00", "20.00")
    ]
    assert (first.matched, second.changes, third.skipped) == (1, (), (4,))
    assert "is no number" in second.error
    assert shown.rows[0].cells["price"] == "10.00"
    assert shown.rows[0].values["price"] == "20.00"
    assert shown.rows[2].values == {}


def test_samples_are_of_the_first_rows(desk):
    """As many as were asked for, with the errors among them."""
    text = "sku,name,price,brand,stock,color\n" + "".join(
        f"S{n},x,{'bad' if n % 2 else 1},,,\n" for n in range(50)
    )

    shown = samples(desk.put(text), plan_of(), rows=4)

    assert [row.line for row in shown.rows] == [2, 3, 4, 5]
    assert [error.line for error in shown.errors] == [3, 5]
