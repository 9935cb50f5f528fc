"""Page: what a product was, change by change, and the way back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from entrepot.base.errors import Missing
from entrepot.catalogue import VersionSeen, list_versions, service
from entrepot.catalogue.pages.blueprint import bp
from entrepot.catalogue.pages.form_fields import label_of
from entrepot.catalogue.pages.listing import WRITER, can_write
from entrepot.catalogue.pages.product import PRODUCT
from entrepot.catalogue.pages.product_seen import ProductSeen, load_product
from entrepot.catalogue.pages.shown import show_value
from entrepot.catalogue.tree.merging import name_merges
from entrepot.web.guard import needs, require
from entrepot.web.routes import current_house

PAGE_VERSIONS = 50
LONGEST = 400
KINDS = {
    "create": "Made",
    "update": "Changed",
    "delete": "Deleted",
    "restore": "Brought back",
    "undo": "Undone",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeLine:
    """One field of a version; texts cut where they are long."""

    label: str
    old: str
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionLine:
    """One version and its changes.

    Attributes:
        merged: The category that went into another one with it; empty for none.
        is_current: It is what the product is now.
    """

    version: VersionSeen
    kind: str
    changes: list[ChangeLine]
    merged: str
    is_current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionsPage:
    """The versions of a product; `seen` is None where it is deleted.

    Attributes:
        before: The version below which the next page begins; 0 at the end.
    """

    id: int
    seen: ProductSeen | None
    lines: list[VersionLine]
    before: int
    can_write: bool


@bp.get(f"{PRODUCT}/versions")
@needs("viewer")
def versions(id: int) -> str:
    """List a product's versions, the newest first."""
    before = request.args.get("before", type=int)
    with current_house().store.read_session() as session:
        found = list_versions(session, id, limit=PAGE_VERSIONS + 1, before=before)
        try:
            seen = load_product(session, id)
        except Missing:
            seen = None
        merges = name_merges(session, {one.import_id for one in found if one.import_id})
    shown = found[:PAGE_VERSIONS]
    page = VersionsPage(
        id=id,
        seen=seen,
        lines=[_line(one, seen, merges) for one in shown],
        before=shown[-1].version if len(found) > PAGE_VERSIONS else 0,
        can_write=can_write(),
    )
    return render_template("catalogue/versions.html", page=page)


@bp.post(f"{PRODUCT}/versions")
@needs(WRITER)
def restore(id: int) -> Response:
    """Put a product back to what it was."""
    version = request.form.get("version", 0, type=int)
    service.bring_back(current_house(), id, version, by=require(WRITER).name)
    return redirect(url_for("catalogue_pages.product", id=id, told="restored"), 303)


def _line(
    one: VersionSeen, seen: ProductSeen | None, merges: Mapping[str, str]
) -> VersionLine:
    changes = [] if one.kind in ("create", "delete") else one.changes
    return VersionLine(
        version=one,
        kind=KINDS.get(one.kind, one.kind),
        changes=[
            ChangeLine(
                label=label_of(change.field),
                old=_text(change.field, change.old),
                new=_text(change.field, change.new),
            )
            for change in changes
        ],
        merged=merges.get(one.import_id or "", ""),
        is_current=seen is not None and one.version == seen.version,
    )


def _text(name: str, value: object) -> str:
    said = show_value(current_house(), name, value)
    return f"{said[:LONGEST]}…" if len(said) > LONGEST else said
