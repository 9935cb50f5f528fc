"""Where columns go, as a form says it."""

from werkzeug.datastructures import MultiDict

from entrepot.feeds.pages.mapping_forms import (
    custom_field,
    read_mapping,
    show_columns,
    target_groups,
)
from entrepot.feeds.reading import ColumnSeen, Inspection, Mapped, Plan, Target

PLAN = Plan(
    format="csv",
    mapping=(
        Mapped(column="Nr", field="sku", confidence=0.9, reason="its name"),
        Mapped(column="Preis", field="price", confidence=0.6),
    ),
)


def test_a_column_that_stays_keeps_its_guess():
    """What a person changed is certain, the rest is as sure as before."""
    form = MultiDict(
        [
            ("column", "Nr"),
            ("target", "sku"),
            ("decimal", ""),
            ("column", "Preis"),
            ("target", "cost_price"),
            ("decimal", ","),
        ]
    )

    assert read_mapping(form, PLAN).mapping == (
        PLAN.mapping[0],
        Mapped(column="Preis", field="cost_price", decimal_sign=","),
    )


def test_the_ways_of_reading_are_taken():
    """Signs, order and texts for what the file does not say; blank ones are none."""
    form = MultiDict(
        [
            ("decimal_sign", ","),
            ("date_order", "dmy"),
            ("currency_in_prices", "on"),
            ("default_field", "currency"),
            ("default_value", " EUR "),
            ("default_field", ""),
            ("default_value", "lost"),
            ("sku_from", "Nr"),
            ("sku_from", ""),
        ]
    )
    plan = read_mapping(form, PLAN)

    assert plan == Plan(
        format="csv",
        mapping=PLAN.mapping,
        decimal_sign=",",
        date_order="dmy",
        currency_in_prices=True,
        defaults={"currency": "EUR"},
        sku_from=("Nr",),
    )


def test_an_attribute_has_a_plain_key():
    """Of any heading, also of one without a letter."""
    assert custom_field("Farbe / Größe (cm)") == "custom_attributes.farbe_größe_cm"
    assert custom_field("%") == "custom_attributes.column"


def test_columns_tell_of_each_other():
    """Two that go to one field name one another; those that go nowhere do not."""
    mapping = (
        Mapped(column="a", field="upc"),
        Mapped(column="b", field="upc"),
        Mapped(column="c"),
        Mapped(column="d"),
    )
    plan = Plan(format="csv", mapping=mapping)
    shown = show_columns(_inspection(plan), plan)

    assert [column.also for column in shown] == [("b",), ("a",), (), ()]


def test_each_field_stands_below_one_heading():
    """Also those that no heading names."""
    names = ["sku", "price", "weight", "description"]
    targets = [Target(name=name, kind="text", is_required=False) for name in names]
    groups = {
        heading: [target.name for target in found]
        for heading, found in target_groups(targets)
    }

    assert groups == {
        "What it is": ["sku"],
        "Money and stock": ["price"],
        "Words and pictures": ["description"],
        "More": ["weight"],
    }


def _inspection(plan):
    columns = tuple(
        ColumnSeen(
            name=one.column,
            samples=(),
            looks="text",
            filled=1.0,
            field=one.field,
            confidence=1.0,
            reason="",
        )
        for one in plan.mapping
    )
    return Inspection(
        format="csv",
        label="CSV",
        candidates=(),
        columns=columns,
        plan=plan,
        remarks=(),
        needs=(),
        rows_looked_at=1,
        has_more_rows=False,
        size_bytes=10,
    )
