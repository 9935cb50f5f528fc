"""Icons for the pages to show: one that holds, one before it, and a failed one."""

from __future__ import annotations

from entrepot.base.house import House
from entrepot.catalogue import Icon
from entrepot.catalogue.icons.making import generate_icon
from entrepot.catalogue.icons.spec import LookAsked


def write_icons(house: House) -> None:
    """Give the first category two icons and a failure, the third one an icon."""
    generate_icon(house, 1, LookAsked(style="flat", color="#b4532a"))
    generate_icon(house, 1, LookAsked())
    generate_icon(house, 3, LookAsked(style="outlined", color="#0f766e"))
    with house.store.session() as session:
        failed = Icon(
            category_id=1,
            filename="",
            file_path="",
            style="modern",
            color="#3b82f6",
            background="white",
            width=128,
            height=128,
            model="elsewhere",
            status="failed",
            meta_data={"error": "the engine elsewhere does not answer"},
        )
        session.add(failed)
