"""Two people wrote the same product: what each of them changed."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from entrepot.base.errors import Missing
from entrepot.base.house import House
from entrepot.catalogue import FIELDS, list_versions, state_at
from entrepot.catalogue.pages.form import ProductForm, changed_names, form_of
from entrepot.catalogue.pages.form_fields import label_of
from entrepot.catalogue.pages.product_seen import ProductSeen
from entrepot.catalogue.pages.shown import show_text


@dataclass(frozen=True, slots=True, kw_only=True)
class ConflictLine:
    """A field that one of the two changed, or both did; texts as people read them."""

    name: str
    label: str
    mine: str
    theirs: str
    is_mine: bool
    is_theirs: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EditConflict:
    """What differs.

    Attributes:
        base: The version that the form was made from.
        form: Over the current version: mine where I changed something, else theirs.
    """

    base: int
    current: int
    by: str
    lines: list[ConflictLine]
    form: ProductForm


def find_conflict(
    house: House, session: Session, seen: ProductSeen, form: ProductForm
) -> EditConflict:
    """Return what a form changed, and what was saved since it was made."""
    theirs = form_of(seen.values, seen.version)
    try:
        base = state_at(session, seen.id, form.version)
    except Missing:  # nobody knows any more: all that differs is mine
        base = dict(seen.values)
    mine_names = changed_names(form, base)
    their_names = changed_names(theirs, base)
    merged = dict(theirs.texts) | {name: form.texts[name] for name in mine_names}
    newest = list_versions(session, seen.id, limit=1)
    lines = [
        ConflictLine(
            name=name,
            label=label_of(name),
            mine=show_text(house, name, form.texts[name]),
            theirs=show_text(house, name, theirs.texts[name]),
            is_mine=name in mine_names,
            is_theirs=name in their_names,
        )
        for name in FIELDS
        if name in mine_names or name in their_names
    ]
    return EditConflict(
        base=form.version,
        current=seen.version,
        by=newest[0].changed_by if newest else "somebody",
        lines=lines,
        form=replace(theirs, texts=merged),
    )
