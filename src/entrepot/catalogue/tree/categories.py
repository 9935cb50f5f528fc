"""The tree of categories: make, move, rename, delete, and walk it.

Every function works in the caller's session, whose owner commits.  Those that change
the tree take turns, so that two moves at once cannot make a ring.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import case, func, literal, select, update
from sqlalchemy.orm import Session

from entrepot.base.errors import Conflict, NotThere
from entrepot.base.times import now
from entrepot.catalogue import documents
from entrepot.catalogue.category_models import Category
from entrepot.catalogue.product_models import Product
from entrepot.catalogue.tree import former, paths
from entrepot.catalogue.tree.names import NamePath, fold
from entrepot.catalogue.tree.renewing import Renew, renew_all, renew_below
from entrepot.catalogue.tree.slugs import free_slug
from entrepot.catalogue.tree.turns import forget, take_turn


@dataclass(frozen=True, slots=True)
class Branch:
    """A category with what is below it, in the order people gave."""

    category: Category
    branches: list[Branch] = field(default_factory=list)


def get_category(session: Session, category_id: int) -> Category:
    """Return one category.

    Raises:
        NotThere: There is none with this id.
    """
    found = session.get(Category, category_id)
    if found is None:
        raise NotThere("category", str(category_id), [])
    return found


def find_branch(session: Session, parent_id: int | None, name: str) -> Category | None:
    """Return what is called so below a category, or among the roots; case aside."""
    beside = select(Category).where(Category.parent_id == parent_id)
    wanted = fold(name)
    return next((c for c in session.scalars(beside) if fold(c.name) == wanted), None)


def create_category(
    session: Session,
    *,
    name: str,
    parent_id: int | None = None,
    description: str | None = None,
    sort_order: int | None = None,
) -> Category:
    """Add a category below another, or as a root; its slug comes from its name.

    Args:
        sort_order: Its place among its neighbours; behind them if not said.

    Raises:
        InvalidValue: The name is empty or too long.
        NotThere: There is no such parent.
        TooMuch: It would be too deep.
    """
    take_turn(session)
    above = None if parent_id is None else get_category(session, parent_id)
    category = Category(
        name=name,
        description=description,
        parent_id=parent_id,
        level=0 if above is None else above.level + 1,
        sort_order=_behind(session, parent_id) if sort_order is None else sort_order,
    )
    paths.check_size(0, category.level)
    category.slug = free_slug(session, category.name)
    session.add(category)
    session.flush()  # the path needs the id
    path = paths.child_path(above.path if above else None, category.id)
    paths.check_size(len(path), category.level)
    category.path = path
    session.flush()  # who reads the tree next must find it
    documents.bump(session)
    return category


def rename_category(
    session: Session, category_id: int, name: str, *, renew: Renew = renew_below
) -> Category:
    """Give a category another name; its path and its address stay.

    Feeds that say the old one find it all the same.

    Args:
        renew: What is done about the documents below it.

    Raises:
        InvalidValue: The name is empty or too long.
        NotThere: There is no such category.
    """
    take_turn(session)
    category = get_category(session, category_id)
    before = path_of_names(session, category_id)
    category.name = name
    session.flush()  # the documents are made from what is stored
    if category.name != before[-1]:
        former.remember(
            session, before, category_id, called=(*before[:-1], category.name)
        )
        renew(session, category.path or "")
    return category


def move_category(
    session: Session,
    category_id: int,
    parent_id: int | None,
    *,
    renew: Renew = renew_below,
) -> Category:
    """Put a category, with all below it, under another one or among the roots.

    Args:
        renew: What is done about the documents below it.

    Raises:
        NotThere: There is no such category, or no such parent.
        Conflict: The parent is the category itself, or below it.
        TooMuch: Something would be too deep.
    """
    take_turn(session)
    category = get_category(session, category_id)
    above = None if parent_id is None else get_category(session, parent_id)
    old = category.path or ""
    if above is not None and (above.path or "").startswith(old):
        raise Conflict(
            f"{category.name!r} cannot be put below itself",
            hint=f"move {above.name!r} out of it first",
        )
    new = paths.child_path(above.path if above else None, category.id)
    before = path_of_names(session, category_id)
    _shift(session, category, old, new, parent_id)
    if new != old:
        called = path_of_names(session, category_id)
        former.remember(session, before, category_id, called=called)
        renew(session, new)
    return category


def delete_category(session: Session, category_id: int) -> None:
    """Delete a category that has nothing below it and no products.

    Raises:
        NotThere: There is no such category.
        Conflict: It has categories below it, or products.
    """
    take_turn(session)
    category = get_category(session, category_id)
    below = select(func.count()).where(Category.parent_id == category_id)
    children = session.scalar(below) or 0
    products = count_products(session, category_id, recursive=False)
    if children or products:
        raise Conflict(
            f"{category.name!r} still has {children} categories below it and "
            f"{products} products",
            hint="move or delete them first",
            categories=children,
            products=products,
        )
    former.drop(session, category_id)
    session.delete(category)
    session.flush()  # what else holds on to it is told here
    documents.bump(session)


def list_ancestors(session: Session, category_id: int) -> list[Category]:
    """Return the categories above one, the root first."""
    path = get_category(session, category_id).path or ""
    wanted = [i for i in paths.ids_of(path) if i != category_id]
    above = select(Category).where(Category.id.in_(wanted)).order_by(Category.level)
    return list(session.scalars(above))


def path_of_names(session: Session, category_id: int) -> NamePath:
    """Return a category's names from the root down, its own last."""
    above = [category.name for category in list_ancestors(session, category_id)]
    return (*above, get_category(session, category_id).name)


def list_descendants(session: Session, category_id: int) -> list[Category]:
    """Return all categories below one, level by level."""
    path = get_category(session, category_id).path or ""
    wanted = select(Category).where(paths.below(path), Category.id != category_id)
    return list(session.scalars(wanted.order_by(Category.level, *_ORDER)))


def load_tree(session: Session) -> list[Branch]:
    """Return the roots, each with its branches."""
    everything = session.scalars(select(Category).order_by(Category.level, *_ORDER))
    roots: list[Branch] = []
    branches: dict[int, Branch] = {}
    for category in everything:
        branch = branches[category.id] = Branch(category)
        above = branches.get(category.parent_id or 0)
        (roots if above is None else above.branches).append(branch)
    return roots


def count_products(
    session: Session, category_id: int, *, recursive: bool = True
) -> int:
    """Return how many products a category has; `recursive` adds those below it."""
    path = get_category(session, category_id).path or ""
    wanted = select(func.count()).select_from(Product)
    if recursive:
        wanted = wanted.join(Category).where(paths.below(path))
    else:
        wanted = wanted.where(Product.category_id == category_id)
    return session.scalar(wanted) or 0


def rebuild_paths(session: Session) -> int:
    """Write every path and level anew from the parents; return how many were wrong.

    Raises:
        Conflict: Some categories are above themselves.
        TooMuch: One is too deep.
    """
    take_turn(session)
    rows = session.execute(
        select(Category.id, Category.parent_id, Category.path, Category.level)
    ).all()
    right = paths.paths_of({row.id: row.parent_id for row in rows})
    for path in right.values():
        paths.check_size(len(path), paths.level_of(path))
    wrong = [
        {"id": row.id, "path": path, "level": paths.level_of(path)}
        for row in rows
        if (path := right[row.id]) != row.path or paths.level_of(path) != row.level
    ]
    if wrong:
        session.execute(update(Category), wrong)
        forget(session)
        renew_all(session)
    return len(wrong)


def _behind(session: Session, parent_id: int | None) -> int:
    """Return the place behind all that are below a category, or behind all roots."""
    last = select(func.max(Category.sort_order)).where(Category.parent_id == parent_id)
    found = session.scalar(last)
    return 0 if found is None else found + 1


def _shift(
    session: Session, category: Category, old: str, new: str, parent_id: int | None
) -> None:
    """Write the paths and levels of a category and all below it, in one statement."""
    down = paths.level_of(new) - category.level
    longest, deepest = session.execute(
        select(func.max(func.length(Category.path)), func.max(Category.level)).where(
            paths.below(old)
        )
    ).one()
    paths.check_size(longest + len(new) - len(old), deepest + down)
    session.execute(
        update(Category)
        .where(paths.below(old))
        .values(
            path=literal(new) + func.substr(Category.path, len(old) + 1),
            level=Category.level + down,
            parent_id=case((Category.id == category.id, parent_id), else_=_PARENT),
            updated_at=now(),
        )
        .execution_options(synchronize_session=False)
    )
    forget(session)


_PARENT = Category.parent_id
_ORDER = (Category.sort_order, Category.name, Category.id)
