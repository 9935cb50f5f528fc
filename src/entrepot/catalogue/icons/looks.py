"""How an icon is to look: what is asked for, and the settings for the rest."""

from __future__ import annotations

from typing import cast

from entrepot.base.house import House
from entrepot.catalogue.icons import settings as knobs
from entrepot.catalogue.icons.colors import parse_color
from entrepot.catalogue.icons.spec import Background, Look, LookAsked, Style


def look_of(house: House, asked: LookAsked) -> Look:
    """Return the look, with the settings' where nothing is said.

    Raises:
        NoColor: The colour is none.
    """
    known = house.settings
    return Look(
        style=asked.style or cast(Style, known[knobs.STYLE]),
        color=parse_color(asked.color or known[knobs.COLOR]),
        background=asked.background or cast(Background, known[knobs.BACKGROUND]),
        side=asked.size or known[knobs.SIDE],
    )


def prompt_of(name: str, above: tuple[str, ...], look: Look) -> str:
    """Return the wish in words, for engines that read and for people who look."""
    below = f", which is below {' › '.join(above)}" if above else ""
    behind = {
        "transparent": "on nothing",
        "white": "on white",
        "colored": "on a coloured ground",
    }[look.background]
    return (
        f"An icon for the category {name}{below}: {look.style}, in {look.color}, "
        f"{behind}, {look.side} pixels wide."
    )
