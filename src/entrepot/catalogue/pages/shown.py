"""Values as people read them: a category by its path, yes and no in words."""

from __future__ import annotations

from entrepot.base.house import House
from entrepot.catalogue.fields import FIELDS
from entrepot.catalogue.pages.form import text_of
from entrepot.catalogue.tree.names import render_path
from entrepot.catalogue.tree.outline import kept_outline


def show_value(house: House, name: str, value: object) -> str:
    """Return a field's value for reading; empty for none."""
    field = FIELDS.get(name)
    if field is None:
        return str(value)
    if name == "category_id" and isinstance(value, int):
        return _category(house, value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return text_of(field, value)


def show_text(house: House, name: str, text: str) -> str:
    """Return what a form says of a field for reading; empty for nothing."""
    if FIELDS[name].kind == "boolean":
        return "yes" if text else "no"
    if name == "category_id" and text.isascii() and text.isdigit():
        return _category(house, int(text[:20]))
    return text


def _category(house: House, id: int) -> str:
    path = render_path(kept_outline(house).names(id))
    return path or f"a category that is gone, number {id}"
