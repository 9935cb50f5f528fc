"""Colours: how bright they are, how far apart, and which can be seen on which."""

from __future__ import annotations

import re

from entrepot.catalogue.icons.errors import NoColor

WHITE, INK = "#ffffff", "#14181f"
LIGHT_PAGE, DARK_PAGE = "#ffffff", "#12161d"
"""What may be behind a drawing that has nothing behind it."""

SEEN = 3.0
"""What drawings need at least: https://www.w3.org/TR/WCAG22/#non-text-contrast"""

_HEX = re.compile(r"#([0-9a-f]{3}|[0-9a-f]{6})")
_STEPS = 50


def parse_color(text: str) -> str:
    """Return a colour as `#rrggbb` in lower case.

    Raises:
        NoColor: It is not written as `#RGB` or `#RRGGBB`.
    """
    found = text.strip().lower()
    if not _HEX.fullmatch(found):
        raise NoColor(f"{text[:40]!r} is no colour", hint="such as #3B82F6")
    if len(found) == 4:
        found = "#" + "".join(2 * letter for letter in found[1:])
    return found


def luminance(color: str) -> float:
    """Return how bright a colour is, 0 to 1."""
    # https://www.w3.org/TR/WCAG22/#dfn-relative-luminance
    red, green, blue = (_linear(part / 255) for part in _parts(color))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return how far apart two colours are, 1 to 21."""
    brighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def least_contrast(color: str, behind: tuple[str, ...]) -> float:
    """Return the contrast where it is least."""
    return min(contrast(color, one) for one in behind)


def mix(one: str, other: str, share: float) -> str:
    """Return a colour between two; `share` is how much of the second is in it."""
    pairs = zip(_parts(one), _parts(other), strict=True)
    mixed = (round(a + (b - a) * share) for a, b in pairs)
    return "#" + "".join(f"{part:02x}" for part in mixed)


def tint(color: str) -> str:
    """Return a colour so pale that a drawing in the full one is seen on it."""
    return mix(color, WHITE, 0.86)


def seen_on(color: str, behind: tuple[str, ...]) -> str:
    """Return the colour, or the nearest darker or paler one that can be seen there.

    The best there is, where none is seen on everything.
    """
    if least_contrast(color, behind) >= SEEN:
        return color
    steps = [step / _STEPS for step in range(1, _STEPS + 1)]
    for share in steps:
        for end in ("#000000", WHITE):
            shade = mix(color, end, share)
            if least_contrast(shade, behind) >= SEEN:
                return shade
    shades = [mix(color, end, share) for share in steps for end in ("#000000", WHITE)]
    return max(shades, key=lambda shade: least_contrast(shade, behind))


def on(color: str) -> str:
    """Return white or ink, whichever is seen better on a colour."""
    return max((WHITE, INK), key=lambda paint: contrast(paint, color))


def _parts(color: str) -> tuple[int, int, int]:
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
