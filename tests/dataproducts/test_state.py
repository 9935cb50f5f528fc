"""The state of a table page, from its address and back."""

import pytest

from entrepot.connections import Filter, parse_filter
from entrepot.dataproducts.spec import RowsRequest
from entrepot.dataproducts.state import (
    State,
    state_of_columns,
    state_of_form,
)

ASKED = RowsRequest(
    where=("a:eq:1", "b:isnull:true"), order_by="b desc", limit=25, after="x"
)


@pytest.mark.parametrize(
    ("filter", "where"),
    [
        (Filter("a", "eq", "1:2"), "a:eq:1:2"),
        (Filter("a:b/c~", "eq", ""), "a~3Ab~2Fc~7E:eq:"),
        (Filter("a", "between", "1 … 2"), "a:between:1,2"),
        (Filter("a", "in", "x, y"), "a:in:x,y"),
        (Filter("a", "contains", " , "), "a:contains: , "),
    ],
)
def test_a_filter_stands_in_the_address_and_comes_back(filter, where):
    """People write `1 … 2`, the grammar has `1,2`; names are encoded."""
    assert filter.where() == where
    assert parse_filter(where) == filter


def test_a_filter_nobody_understands_is_shown_as_it_is():
    """So that it can be mended."""
    assert parse_filter("no~") == Filter("no~", "", "")


def test_a_change_begins_at_the_first_page():
    """The place is dropped; everything else stays."""
    state = State(ASKED, first_row=26)

    assert state.query() == (
        "where=a%3Aeq%3A1&where=b%3Aisnull%3Atrue&order_by=b+desc&limit=25"
        "&after=x&first=26"
    )
    assert state.without_filter(0) == "where=b%3Aisnull%3Atrue&order_by=b+desc&limit=25"
    assert state.chosen() == "where=a%3Aeq%3A1&where=b%3Aisnull%3Atrue&order_by=b+desc"
    assert "after=x" in state.with_total("exact")


@pytest.mark.parametrize(
    ("now", "then"),
    [("", "order_by=a~2Cb"), ("a~2Cb", "order_by=a~2Cb+desc"), ("a~2Cb desc", "")],
)
def test_a_click_on_a_head_goes_round(now, then):
    """Rising, falling, and as it was; a comma in the name is encoded."""
    assert State(RowsRequest(order_by=now)).sorted_by("a,b") == then


def test_the_form_leaves_out_rows_without_a_column():
    """The empty row at its end is for adding."""
    query = state_of_form(
        State(ASKED), columns=["a", ""], operators=["gt", "eq"], values=["5", ""]
    )

    assert query == "where=a%3Agt%3A5&order_by=b+desc&limit=25"


@pytest.mark.parametrize(
    ("shown", "columns"),
    [(["c,d", "a"], "columns=a%2Cc~2Cd"), (["a", "b", "c,d"], ""), ([], "")],
)
def test_the_chooser_keeps_the_tables_order(shown, columns):
    """All or none ticked means all."""
    assert state_of_columns(State(RowsRequest()), shown, ["a", "b", "c,d"]) == columns
