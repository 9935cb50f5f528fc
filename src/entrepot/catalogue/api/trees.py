"""`/api/categories/import`: whole trees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from msgspec import Meta

from entrepot.base.errors import Invalid, TooMuch, UnknownName
from entrepot.catalogue.api.blueprint import bp
from entrepot.catalogue.api.categories import GONE, HERE, Id
from entrepot.catalogue.tree import others
from entrepot.catalogue.tree.importing import TreeImported, TreeWanted
from entrepot.web.guard import require
from entrepot.web.routes import Doc, current_house, route


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportAsked:
    """A tree, as the text of its file.

    Attributes:
        content: Lines such as `12 - A > B > C`, nested sets, JSON, or a table with
            a path column.
        format: Guessed where it is empty.
        into: `categories` makes what is missing of ours; `mapping` keeps the tree
            beside ours, to be mapped.
        tree: Its name; its keys are mapped to our categories where it has one.
        below: Of our categories, the one that its roots go below.
        preview: Only tell what would be done.
    """

    content: Annotated[
        str, Meta(max_length=20_000_000, examples=["1 - Paper\n2 - Paper > A4"])
    ]
    format: Literal["", "paths", "nested", "json", "csv"] = ""
    into: Literal["categories", "mapping"] = "categories"
    tree: Annotated[str, Meta(max_length=100)] = ""
    below: Id | None = None
    preview: bool = False


@route(
    bp,
    "POST",
    f"{HERE}/import",
    Doc(
        role="analyst",
        body=ImportAsked,
        data=TreeImported,
        errors=(Invalid, UnknownName, TooMuch, *GONE),
    ),
)
def import_tree(body: ImportAsked) -> TreeImported:
    """Import a tree, or tell what that would do; what is there already stays."""
    house, who = current_house(), require("analyst")
    wanted = TreeWanted(into=body.into, tree=body.tree.strip(), below=body.below)
    if body.preview:
        return others.preview(house, body.content, wanted, body.format)
    return others.bring_in(house, who, body.content, wanted, body.format)
