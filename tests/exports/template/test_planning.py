"""What a template says of one export."""

from __future__ import annotations

import datetime as dt

import pytest

from entrepot.base.errors import Invalid
from entrepot.exports.spec import (
    ColumnLook,
    ColumnPlan,
    HeaderLook,
    Properties,
    SheetLook,
    SheetPlan,
)
from entrepot.exports.template.placeholders import Naming
from entrepot.exports.template.planning import planned, split_of
from entrepot.exports.template.reading import parse_template
from entrepot.exports.wanted import Filter, Join, JoinKey, Sort, SortKey, Source, Split

TEMPLATE = parse_template("""
name = "stock.daily"
title = "Stock"
file_name = "{type}_{template}_{date}"
null = "N/A"
[options.csv]
delimiter = ";"
[header]
fill = "AABBCC"
[properties]
title = "Stock of {date}"
[limits]
max_records_single_file = 100
recommended_chunk_size = 40
[maps.yes]
1 = "Yes"
[[sheets]]
name = "{title} {month}"
filters = [{ column = "qty", operator = "gt", value = 0 }]
sort = [{ column = "sku" }]
columns = [
  { field = "sku" },
  { field = "qty", header = "Pieces", type = "integer", format = "0", width = 9 },
  { field = "active", map = "yes", null = "-", link = true },
]
[[sheets]]
name = "Prices"
source = { connection = "depot", table = "prices" }
[[sheets.operations]]
type = "join"
on = [{ left = "sku", right = "sku" }]
source = { connection = "depot", table = "names" }
""")

NAMING = Naming(
    template="stock.daily",
    title="Stock",
    id="1234567890",
    at=dt.datetime(2025, 11, 20, tzinfo=dt.UTC),
)


def open_source(source):
    """Return a source's table in place of what reads it."""
    return f"open {source.table}"


def test_sheets_have_sources_operations_columns_and_looks():
    """Shorthands and shared maps are written out; the request's source stands in."""
    filters = Filter(column="qty", operator="gt", value=0)
    names = Source(connection="depot", table="names")
    header = HeaderLook(color="FFFFFF", fill="AABBCC", align="center")

    assert planned(TEMPLATE, NAMING, "posted", open_source).sheets == (
        SheetPlan(
            title="Stock Nov 2025",
            source="posted",
            operations=(filters, Sort(by=[SortKey(column="sku")])),
            columns=(
                ColumnPlan(field="sku", header="sku", null="N/A"),
                ColumnPlan(field="qty", header="Pieces", type="integer"),
                ColumnPlan(
                    field="active", header="active", values={"1": "Yes"}, null="-"
                ),
            ),
            look=SheetLook(
                columns=(
                    ColumnLook(),
                    ColumnLook(width=9, number_format="0"),
                    ColumnLook(is_link=True),
                ),
                header=header,
            ),
        ),
        SheetPlan(
            title="Prices",
            source="open prices",
            operations=(Join(source=names, on=[JoinKey(left="sku", right="sku")]),),
            joined=("open names",),
            look=SheetLook(header=header),
        ),
    )


def test_files_are_named_by_their_patterns():
    """Numbers of parts are filled in later, by who knows them."""
    plan = planned(TEMPLATE, NAMING, "posted", open_source)

    assert (plan.file_name, plan.part_name, plan.archive_name) == (
        "stock_daily_2025-11-20",
        "stock_daily_2025-11-20_batch_{number}_of_{total}",
        "Stock_complete_export",
    )
    assert plan.properties == Properties(title="Stock of 2025-11-20")
    assert (plan.format, plan.options) == ("xlsx", {"csv": {"delimiter": ";"}})


def test_a_sheet_without_a_source_needs_the_requests():
    """Only one whose sheets all have their own does without."""
    with pytest.raises(Invalid):
        planned(TEMPLATE, NAMING, None, open_source)


def test_a_file_is_split_when_its_rows_pass_the_most_for_one():
    """Into what the template recommends; always, where it says so."""
    always = parse_template('name = "x"\nsplit = { rows = 7 }\n[[sheets]]')

    assert split_of(TEMPLATE, 100) is None
    assert split_of(TEMPLATE, None) is None
    assert split_of(TEMPLATE, 101) == Split(rows=40)
    assert split_of(always, 3) == Split(rows=7)
