"""The tree of categories: a move, a rename, a merge, an import, counts, at 10,000.

    python benchmarks/tree.py [--categories 10000] [--moved 1000] [--products 20000]
        [--rounds 5]

On SQLite, in a folder of its own. The peer does what the catalogue did before it had
paths in one statement: it walks the branch through the ORM and writes each row. Both
move the same branch there and back, in turns; figures are medians of wall and CPU
milliseconds, with the commit.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from entrepot.base.house import House
from entrepot.catalogue import (
    Category,
    Product,
    documents,
    ensure_paths,
    merge_category,
    move_category,
    rename_category,
    undo_merge,
)
from entrepot.catalogue.tree.importing import TreeWanted, import_tree
from entrepot.catalogue.tree.outline import load_outline
from entrepot.catalogue.tree.reading import read_tree
from entrepot.composition import build_house
from entrepot.migrations import ensure

Act = Callable[[Session], object]


def main() -> None:
    """Print milliseconds of each act, and the ratio to the peer's move."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--categories", type=int, default=10_000)
    asked.add_argument("--moved", type=int, default=1_000)
    asked.add_argument("--products", type=int, default=20_000)
    asked.add_argument("--rounds", type=int, default=5)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as name, closing(opened(Path(name))) as house:
        text = "\n".join(paths(given.categories, given.moved))
        tree = read_tree(text)
        show("import", [spent(house, lambda s: import_tree(s, tree, OURS, by="x"))])
        show("again", [spent(house, lambda s: import_tree(s, tree, OURS, by="x"))])
        moved, goal, home = (one(house, path) for path in PLACES)
        ours, peers = [], []
        for place in (goal, home) * given.rounds:
            ours.append(spent(house, lambda s, p=place: move_category(s, moved, p)))
            back = home if place == goal else goal
            house_back = spent(house, lambda s, p=back: move_category(s, moved, p))
            peers.append(spent(house, lambda s, p=place: move_each(s, moved, p)))
            ours.append(house_back)
        show(f"move of {given.moved}", ours)
        show("the same, row by row", peers)
        print(f"{'':24} ratio {ratio(peers, ours):.1f}  load {os.getloadavg()[0]:.1f}")
        fill(house, given.products)
        show("outline with counts", [spent(house, load_outline) for _ in range(5)])
        share = given.products * given.moved // given.categories
        for title, acts in others(house, moved, goal, given.rounds):
            show(f"{title}, {share} products", [spent(house, act) for act in acts])


OURS = TreeWanted(tree="bench")
PLACES = (("Moved",), ("Goal",), ("Home",))


def paths(categories: int, moved: int) -> Iterator[str]:
    """Yield the lines of a tree, of which `Moved` has as many as are moved."""
    yield from ("Goal", "Home", "Moved")
    for number in range(moved - 1):
        yield f"Moved > Branch {number % 30} > Kind {number}"
    for number in range(categories - moved - 63):
        yield f"Root {number % 60} > Branch {number % 900} > Kind {number}"


def opened(home: Path) -> House:
    """Return a house with a migrated database of its own."""
    environ = {
        "ENTREPOT_HOME": str(home),
        "CONFIG_DIR": str(home / "config"),
        "LOG_DB_PATH": str(home / "logs.db"),
    }
    house = build_house(environ)
    ensure(house)
    return house


def one(house: House, path: tuple[str, ...]) -> int:
    """Return the id of a category."""
    with house.store.session() as session:
        return ensure_paths(session, [path], by="x")[path]


def fill(house: House, products: int) -> None:
    """Give every category its share of the products."""
    with house.store.session() as session:
        ids = session.scalars(select(Category.id)).all()
        rows = [
            {
                "sku": f"S{n}",
                "name": f"Product {n}",
                "price": 1,
                "category_id": ids[n % len(ids)],
            }
            for n in range(products)
        ]
        session.execute(insert(Product), rows)
        documents.refresh_all(session)


def move_each(session: Session, category_id: int, parent_id: int) -> None:
    """Move a branch as an ORM does it: load each category, write each one."""
    category, parent = (session.get_one(Category, i) for i in (category_id, parent_id))
    category.parent_id = parent_id
    waiting = [(category, parent.path or "/", parent.level)]
    for row, above, level in waiting:  # grows by what is below
        row.path, row.level = f"{above}{row.id}/", level + 1
        waiting += [(child, row.path, row.level) for child in row.children]


def others(
    house: House, moved: int, goal: int, rounds: int
) -> Iterator[tuple[str, list[Act]]]:
    """Yield what else is measured, with the products there."""
    yield (
        "move",
        [lambda s, p=p: move_category(s, moved, p) for p in (goal, None) * rounds],
    )
    names = [f"Moved {number}" for number in range(rounds)]
    yield "rename", [lambda s, n=n: rename_category(s, moved, n) for n in names]
    merges: list[str] = []
    yield "merge", [lambda s: merges.append(merge_category(s, moved, goal, by="x").id)]
    yield "merge taken back", [lambda s: undo_merge(s, merges[0], by="x")]


def spent(house: House, act: Act) -> tuple[float, float]:
    """Return the wall and CPU milliseconds of an act in a transaction of its own."""
    wall, cpu = time.perf_counter(), time.process_time()
    with house.store.session() as session:
        act(session)
    return (time.perf_counter() - wall) * 1000, (time.process_time() - cpu) * 1000


def show(title: str, times: list[tuple[float, float]]) -> None:
    """Print the medians."""
    wall, cpu = (statistics.median(part) for part in zip(*times, strict=True))
    print(f"{title:24} {wall:8.1f} ms  CPU {cpu:8.1f} ms", flush=True)


def ratio(peers: list[tuple[float, float]], ours: list[tuple[float, float]]) -> float:
    """Return how much more CPU the peer takes."""
    theirs, mine = (statistics.median(t[1] for t in times) for times in (peers, ours))
    return theirs / mine


if __name__ == "__main__":
    main()
