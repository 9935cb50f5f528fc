"""A tree of categories with products in it, and a tree of others, for the pages."""

from __future__ import annotations

from entrepot.base.house import House
from entrepot.base.identity import Identity
from entrepot.catalogue import create_category, ensure_paths
from entrepot.catalogue.tree import others, service
from entrepot.catalogue.tree.importing import TreeWanted

CLERK = Identity(name="clerk", role="analyst")
PATHS = (
    ("Office Supplies", "Paper", "Copy paper"),
    ("Office Supplies", "Paper", "Notebooks & pads"),
    ("Office Supplies", "Writing", "Ballpoint pens"),
    ("Office Supplies", "Writing", "Fineliners"),
    ("Technology", "Printers", "Ink"),
    ("Furniture", "Chairs"),
    ("Furniture", "Büro & Möbel with a name that is far too long for its place"),
    ("Workwear", "Hand protection"),
)
THEIRS = """\
11 - Office > Copier paper
12 - Office > Ball point pens
13 - Seating > Chairs
14 - Something <b>else</b> & more
"""


def write_tree(house: House) -> None:
    """Make the categories, some products, a merge, and marks of another tree."""
    with house.store.session() as session:
        ids = ensure_paths(session, PATHS, by="clerk")
        gone = create_category(session, name="Gloves").id
    others.bring_in(
        house, CLERK, THEIRS, TreeWanted(into="mapping", tree="market"), "paths"
    )
    others.map_keys(house, CLERK, "market", {"13": ids[PATHS[5]]})
    service.merge(house, CLERK, gone, ids[PATHS[7]])


__all__ = ["CLERK", "PATHS", "write_tree"]
