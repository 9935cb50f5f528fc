"""Icons: one of a category holds, the same bytes are found, their cost is added up."""

from decimal import Decimal

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from entrepot.base.errors import IllegalMove
from entrepot.catalogue import (
    Icon,
    activate,
    get_statistics,
    list_duplicates,
    soft_delete,
)


def icon(category_id=1, **more) -> Icon:
    """Return an icon that is being made."""
    return Icon(category_id=category_id, filename="i.png", file_path="i.png", **more)


def test_the_newest_icon_holds(both):
    """The one before becomes inactive; another category keeps its own."""
    with both.store.session() as session:
        icons = [icon(), icon(), icon(2)]
        session.add_all(icons)
        session.flush()
        for one in icons:
            activate(session, one)

    assert [one.status for one in icons] == ["inactive", "active", "active"]


@pytest.mark.parametrize(
    ("old", "new", "is_legal"),
    [
        ("generating", "active", True),
        ("generating", "failed", True),
        ("failed", "generating", True),
        ("inactive", "active", True),
        ("failed", "active", False),
        ("active", "generating", False),
        ("active", "failed", False),
    ],
)
def test_an_icon_moves_as_its_states_lead(old, new, is_legal):
    """What failed has no picture to show."""
    one = icon(status=old)

    if is_legal:
        one.status = new
    else:
        with pytest.raises(IllegalMove, match=f"{old} cannot become {new}"):
            one.status = new
    assert one.status == (new if is_legal else old)


def test_a_deleted_icon_stays_as_a_row(both):
    """It no longer holds, and people no longer see it."""
    with both.store.session() as session:
        one = icon(status="active")
        session.add(one)
        session.flush()
        soft_delete(one)

    with both.store.read_session() as session:
        kept = session.scalars(select(Icon)).one()
    assert (kept.is_active, kept.status) == (False, "inactive")


def test_the_same_bytes_are_found_together(both):
    """Groups of two and more, the oldest first; deleted ones do not count."""
    with both.store.session() as session:
        session.add_all(icon(file_hash=c * 64) for c in "abacb")
        session.add(icon(file_hash="c" * 64, is_active=False))

    with both.store.read_session() as session:
        groups = list_duplicates(session)
    assert [[one.file_hash[0] for one in group] for group in groups] == [
        ["a", "a"],
        ["b", "b"],
    ]
    assert all(group[0].id < group[1].id for group in groups)


def test_icons_are_counted(both):
    """By state, model and style; what they cost is exact."""
    with both.store.session() as session:
        session.add_all(
            [
                icon(status="active", model="placeholder", style="flat"),
                icon(status="active", model="dall-e-3", generation_cost=0.011),
                icon(model="dall-e-3", generation_cost=0.000001, is_active=False),
                icon(status="failed", shopify_image_id="9"),
            ]
        )

    with both.store.read_session() as session:
        found = get_statistics(session)
    assert (found.total, found.active, found.synced) == (4, 3, 1)
    assert found.by_status == {
        "generating": 1,
        "active": 2,
        "inactive": 0,
        "failed": 1,
    }
    assert (found.by_model, found.by_style) == (
        {"dall-e-3": 2, "placeholder": 1},
        {"flat": 1},
    )
    assert found.cost == Decimal("0.011001")


def test_icons_go_with_their_category(both):
    """And need one that is there."""
    with both.store.session() as session:
        session.add(icon(4))
    with both.store.session() as session:
        session.execute(text("DELETE FROM categories WHERE id = 4"))
        assert session.scalar(select(func.count()).select_from(Icon)) == 0

    with pytest.raises(IntegrityError), both.store.session() as session:
        session.add(icon(4))
