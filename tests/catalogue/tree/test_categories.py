"""Paths and levels are right after whatever is done to the tree."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text
from tests.databases import prepared

from entrepot.base.errors import Conflict, InvalidValue, NotThere, TooMuch
from entrepot.catalogue import (
    Category,
    Product,
    count_products,
    create_category,
    delete_category,
    ensure_paths,
    get_category,
    list_ancestors,
    list_descendants,
    load_tree,
    move_category,
    rebuild_paths,
    rename_category,
)
from entrepot.composition import build_house

STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("create"), st.none() | st.integers(0, 30)),
        st.tuples(st.just("move"), st.integers(0, 30), st.none() | st.integers(0, 30)),
        st.tuples(st.just("delete"), st.integers(0, 30)),
    ),
    max_size=30,
)
"""What is done to the tree; a number chooses one of the categories there are then."""


class Model:
    """The tree as it should be: each category's parent, and nothing else."""

    def __init__(self) -> None:
        self.parents: dict[int, int | None] = dict.fromkeys((1, 2, 3, 4))

    def chain(self, category_id):
        """Return the ids from the root to a category."""
        above = self.parents[category_id]
        return [*(self.chain(above) if above else []), category_id]

    def rows(self):
        """Return (id, parent, path, level) of every category."""
        return [
            (c, self.parents[c], f"/{'/'.join(map(str, chain))}/", len(chain) - 1)
            for c in sorted(self.parents)
            for chain in [self.chain(c)]
        ]

    def take(self, session, step):
        """Do one step to the model and to the database; both refuse the same ones."""
        kind, *numbers = step
        ids = sorted(self.parents)
        chosen = [None if n is None else ids[n % len(ids)] for n in numbers]
        if kind == "create":
            made = create_category(session, name="Paper", parent_id=chosen[0])
            self.parents[made.id] = chosen[0]
        elif kind == "delete":
            self._delete(session, chosen[0])
        else:
            self._move(session, *chosen)

    def _delete(self, session, category_id):
        if category_id in self.parents.values() or len(self.parents) == 1:
            if category_id in self.parents.values():
                with pytest.raises(Conflict):
                    delete_category(session, category_id)
            return
        delete_category(session, category_id)
        del self.parents[category_id]

    def _move(self, session, category_id, parent_id):
        if parent_id is not None and category_id in self.chain(parent_id):
            with pytest.raises(Conflict, match="below itself"):
                move_category(session, category_id, parent_id)
        else:
            move_category(session, category_id, parent_id)
            self.parents[category_id] = parent_id


def stored(session):
    """Return (id, parent, path, level) of every category."""
    columns = (Category.id, Category.parent_id, Category.path, Category.level)
    return [tuple(row) for row in session.execute(select(*columns).order_by(*columns))]


def follow(house, steps):
    """Do the steps in one session that is undone; compare after each."""
    with house.store.engine.connect() as connection:
        from sqlalchemy.orm import Session

        with Session(connection) as session:
            model = Model()
            for step in steps:
                model.take(session, step)
                assert stored(session) == model.rows()
            assert rebuild_paths(session) == 0


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def tree(request, tmp_path_factory):
    """A house whose categories each example changes and gives back."""
    home = tmp_path_factory.mktemp("tree")
    with prepared(request, request.param, home) as environ:
        house = build_house(environ)
        yield house
        house.close()


def test_paths_and_levels_stay_right(tree):
    """Against a model that knows only parents, over random trees and moves."""
    is_fast = tree.store.url.get_backend_name() == "sqlite"

    @settings(
        max_examples=80 if is_fast else 15,
        suppress_health_check=list(HealthCheck),
    )
    @given(steps=STEPS)
    def check(steps):
        follow(tree, steps)

    check()


def test_a_path_holds_the_ids_with_itself(both):
    """Root, child and grandchild; a name does not matter."""
    with both.store.session() as session:
        paper = create_category(session, name="Paper", parent_id=1)
        a4 = create_category(session, name="A4", parent_id=paper.id)

        assert (paper.path, a4.path, a4.level) == ("/1/5/", "/1/5/6/", 2)
        rename_category(session, paper.id, "Papers")
        assert (paper.path, paper.slug, paper.name) == ("/1/5/", "paper", "Papers")
        assert a4.parent.name == "Papers"


def test_one_statement_moves_all_that_is_below(both):
    """However many there are; what is beside the subtree stays."""
    from sqlalchemy import event

    with both.store.session() as session:
        top = create_category(session, name="Top", parent_id=1)
        for number in range(40):
            create_category(session, name=f"c{number}", parent_id=top.id)
        said = []
        event.listen(
            both.store.engine,
            "before_cursor_execute",
            lambda _c, _cu, statement, *_: said.append(statement),
        )
        move_category(session, top.id, 2)

        assert len([s for s in said if s.startswith("UPDATE categories")]) == 1
        moved = list_descendants(session, top.id)
        assert len(moved) == 40
        assert {c.path for c in moved} == {f"/2/{top.id}/{c.id}/" for c in moved}
        assert [c.path for c in load_categories(session, (1, 2))] == ["/1/", "/2/"]


def load_categories(session, ids):
    """Return these categories by id."""
    return [get_category(session, number) for number in ids]


def test_the_ids_1_and_10_are_not_mixed_up(both):
    """What is below `/1/` does not hold what is below `/10/`."""
    with both.store.session() as session:
        made = [create_category(session, name=f"Root {n}") for n in range(8)]
        ten = next(c for c in made if c.id == 10)
        below = create_category(session, name="Below", parent_id=ten.id)

        assert list_descendants(session, 1) == []
        assert list_descendants(session, 10) == [below]
        assert list_ancestors(session, below.id) == [ten]


def test_the_tree_has_every_category_once(both):
    """Branches in the order people gave, then by name."""
    with both.store.session() as session:
        last = create_category(session, name="Aa", parent_id=1, sort_order=9)
        first = create_category(session, name="Zz", parent_id=1, sort_order=0)
        below = create_category(session, name="Below", parent_id=last.id)
        tree = load_tree(session)

        assert [b.category.name for b in tree] == [
            "Office Supplies",
            "Technology",
            "Furniture",
            "Stationery",
        ]
        assert [b.category for b in tree[0].branches] == [first, last]
        assert [b.category for b in tree[0].branches[1].branches] == [below]


def test_a_category_cannot_go_below_itself(both):
    """Neither directly nor deeper; the tree stays."""
    with both.store.session() as session:
        child = create_category(session, name="Child", parent_id=1)
        deep = create_category(session, name="Deep", parent_id=child.id)
        before = stored(session)
        for below in (1, child.id, deep.id):
            with pytest.raises(Conflict, match="below itself"):
                move_category(session, 1, below)

        assert stored(session) == before
        move_category(session, deep.id, None)
        assert (deep.path, deep.level, deep.parent_id) == (f"/{deep.id}/", 0, None)


def test_the_twentieth_category_is_the_last_one_down(both):
    """A deeper one is refused, and so is a move that would make one."""
    with both.store.session() as session:
        at = 1
        for _ in range(19):
            at = create_category(session, name="Deep", parent_id=at).id
        assert get_category(session, at).level == 19
        with pytest.raises(TooMuch, match="at most 20 deep"):
            create_category(session, name="Deeper", parent_id=at)
        with pytest.raises(TooMuch, match="at most 20 deep"):
            move_category(session, 1, 2)
        assert get_category(session, at).path.startswith("/1/5/6/")


def test_a_path_that_does_not_fit_is_refused(both):
    """With ids of ten digits it is the length that ends it; nothing is cut."""
    with both.store.session() as session:
        session.execute(
            text(
                "INSERT INTO categories (id, name, slug, path, level) "
                "VALUES (2000000000, 'Far', 'far', :path, 2)"
            ),
            {"path": f"/{'7' * 497}/"},
        )
        with pytest.raises(TooMuch, match="longer than 500"):
            create_category(session, name="Below", parent_id=2_000_000_000)
        with pytest.raises(TooMuch, match="longer than 500"):
            move_category(session, 1, 2_000_000_000)


def test_slugs_are_unlike(both):
    """The same name gets `-2` and so on; signs and accents are left out."""
    names = [
        "Büro & Papier",
        "Buro Papier",
        "buro-papier",
        "buro papier 2",
        "!!",
        "文具",
    ]
    with both.store.session() as session:
        slugs = [create_category(session, name=name).slug for name in names]

    assert slugs == [
        "buro-papier",
        "buro-papier-2",
        "buro-papier-3",
        "buro-papier-2-2",
        "category",
        "文具",
    ]


def test_what_is_in_use_is_not_deleted(both):
    """A category with others below it, or with products, stays; a bare one goes."""
    with both.store.session() as session:
        child = create_category(session, name="Child", parent_id=1)
        product = Product(sku="a", name="A", price=1, category_id=child.id)
        session.add(product)
        session.flush()
        with pytest.raises(Conflict, match="1 categories below it and 0 products"):
            delete_category(session, 1)
        with pytest.raises(Conflict, match="0 categories below it and 1 products"):
            delete_category(session, child.id)
        session.delete(product)
        session.flush()
        delete_category(session, child.id)
        delete_category(session, 1)

        assert [row[0] for row in stored(session)] == [2, 3, 4]


def test_products_are_counted_with_those_below(both):
    """Or without them."""
    with both.store.session() as session:
        child = create_category(session, name="Child", parent_id=1)
        for number, category in enumerate([1, child.id, child.id, 2]):
            session.add(
                Product(sku=f"p{number}", name="P", price=1, category_id=category)
            )
        session.flush()

        assert count_products(session, 1) == 3
        assert count_products(session, 1, recursive=False) == 1
        assert count_products(session, child.id) == 2


def test_wrong_paths_are_put_right(both):
    """From the parents alone, however they came to be wrong."""
    with both.store.session() as session:
        child = create_category(session, name="Child", parent_id=1)
        session.execute(text("UPDATE categories SET path = '/x/', level = 7"))
        session.expire_all()

        assert rebuild_paths(session) == 5
        assert (child.path, child.level) == ("/1/5/", 1)
        assert rebuild_paths(session) == 0


def test_a_ring_is_told_and_left_alone(both):
    """The ids in it are named."""
    with both.store.session() as session:
        session.execute(text("UPDATE categories SET parent_id = 2 WHERE id = 1"))
        session.execute(text("UPDATE categories SET parent_id = 1 WHERE id = 2"))
        with pytest.raises(Conflict, match="categories 1, 2 are above themselves"):
            rebuild_paths(session)


@pytest.mark.parametrize("name", ["", "   ", "x" * 256, None])
def test_a_category_has_a_name(both, name):
    """Of at most 255 characters; blanks around it are taken off."""
    with both.store.session() as session:
        assert create_category(session, name="  Good ").name == "Good"
        with pytest.raises(InvalidValue, match="name must be a text of 1 to 255"):
            create_category(session, name=name)


def test_what_is_not_there_is_missing(both):
    """Category or parent, the id is named."""
    with both.store.session() as session:
        with pytest.raises(NotThere, match="'77'"):
            create_category(session, name="x", parent_id=77)
        with pytest.raises(NotThere, match="'77'"):
            move_category(session, 1, 77)


def test_a_new_category_comes_behind_its_neighbours(both):
    """Among roots that have an order, below one that nobody ordered, and as said."""
    with both.store.session() as session:
        last = create_category(session, name="Art")
        first = create_category(session, name="Z", parent_id=last.id)
        second = create_category(session, name="A", parent_id=last.id)
        said = create_category(session, name="B", parent_id=last.id, sort_order=0)
        roots = [b.category.name for b in load_tree(session)]
        below = [b.category.id for b in load_tree(session)[-1].branches]

    assert roots[-2:] == ["Stationery", "Art"]
    assert below == [said.id, first.id, second.id]


def test_categories_that_come_together_follow_those_in_order(both):
    """By name among themselves, and everywhere that nobody made an order."""
    with both.store.session() as session:
        ensure_paths(session, [("Zinc",), ("Art", "b"), ("Art", "a")], by="feed")
        ensure_paths(session, [("Art", "aa")], by="feed")
        tree = load_tree(session)

    assert [b.category.name for b in tree][-2:] == ["Art", "Zinc"]
    assert [b.category.name for b in tree[-2].branches] == ["a", "aa", "b"]
