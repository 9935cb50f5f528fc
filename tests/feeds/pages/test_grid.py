"""Changes as rows of a grid."""

from entrepot.feeds.pages.grid import Cell, make_grid
from entrepot.feeds.pages.shown import difference, field_name, is_unlikely
from entrepot.feeds.seen import ChangePage, ChangeRow


def change(number, line, field="price", old="1.00", new="2.00", **more):
    """Return a change of the product of a line."""
    values = {"kind": "update", "sku": f"S-{line}", "name": f"No. {line}"}
    return ChangeRow(
        number=number,
        line=line,
        product_id=line,
        field=field,
        old=old,
        new=new,
        **values | more,
    )


def page(*rows, next=None):
    """Return a page of changes."""
    return ChangePage(rows=rows, next=next, total=len(rows))


def test_the_fields_of_a_product_stand_in_one_row():
    """Each in its column, with what it was and becomes."""
    rows = change(0, 2), change(1, 2, "brand", None, "Nord"), change(2, 3)
    grid = make_grid(page(*rows), excluded=[3])

    price = Cell(old="1.00", new="2.00", difference="+100 %")
    assert grid.columns == ("price", "brand")
    assert [row.cells for row in grid.rows] == [
        {"price": price, "brand": Cell(old=None, new="Nord")},
        {"price": price},
    ]
    assert [row.is_taken for row in grid.rows] == [True, False]


def test_a_product_that_goes_on_behind_the_page_begins_the_next():
    """No product is cut in two, and none is lost."""
    grid = make_grid(page(change(0, 2), change(1, 3), next=1), excluded=[])

    assert ([row.line for row in grid.rows], grid.next) == ([2], 0)


def test_a_new_product_shows_its_values():
    """Its SKU and name have columns of their own."""
    values = {"sku": "S-2", "name": "No. 2", "price": "9.50"}
    new = change(0, 2, "", None, None, kind="create", values=values)
    [row] = make_grid(page(new), excluded=[]).rows

    assert row.cells == {"price": Cell(old=None, new="9.50", is_new=True)}
    assert row.rest == []


def test_long_texts_have_no_column_beside_others():
    """They are among the rest; alone they are shown."""
    price, words = change(0, 2), change(1, 2, "description", "a", "b")

    assert make_grid(page(price, words), excluded=[]).columns == ("price",)
    assert make_grid(page(words), excluded=[]).columns == ("description",)


def test_a_price_that_jumps_looks_wrong():
    """More than five times, up or down; other numbers may."""
    assert is_unlikely("89.00", "890.00")
    assert is_unlikely("89.00", "8.90")
    assert not is_unlikely("89.00", "99.00")
    assert not is_unlikely(None, "99.00")
    stock = change(0, 2, "inventory_quantity", "1", "900")
    assert not make_grid(page(stock), excluded=[]).rows[0].is_unlikely


def test_differences_are_percents():
    """Of what was; with nothing before there is none."""
    assert difference("7.90", "8.90") == "+12.7 %"
    assert difference("16.40", "15.90") == "−3.0 %"
    assert difference("89.00", "890.00") == "+900 %"
    assert [difference(*pair) for pair in (("0", "1"), (None, "1"), ("x", "1"))] == [
        "",
        "",
        "",
    ]


def test_fields_are_called_what_people_call_them():
    """And attributes by their key."""
    names = ["inventory_quantity", "compare_at_price", "custom_attributes.farbe"]

    assert [field_name(name) for name in names] == [
        "Stock",
        "Compare at price",
        "farbe",
    ]
