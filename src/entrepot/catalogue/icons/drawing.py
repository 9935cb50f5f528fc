"""An icon as SVG: a drawing or initials, on what is behind it."""

from __future__ import annotations

from dataclasses import dataclass
from xml.etree import ElementTree as Xml

from entrepot.catalogue.icons import colors, letters
from entrepot.catalogue.icons.lucide import Node
from entrepot.catalogue.icons.spec import Look

FIELD = 128
"""The canvas, in the units of the picture; how many pixels it gets is another thing."""
DRAWING = 24
"""The field of a drawing."""
GENERIC: tuple[Node, ...] = (
    ("path", {"d": "M12 3 3 7.5v9L12 21l9-4.5v-9Z"}),
    ("path", {"d": "M3 7.5 12 12l9-4.5M12 12v9"}),
)
"""A box, where neither words nor letters tell more."""

_SVG = "http://www.w3.org/2000/svg"


@dataclass(frozen=True, slots=True, kw_only=True)
class Painted:
    """How the parts of an icon are painted.

    Attributes:
        canvas: Behind all of it; empty for nothing.
        plate: Behind the drawing; empty for none.
        ring: Its line; empty for none.
        ink: Of the drawing.
        contrast: Of the drawing against what is behind it.
        scale: How large the drawing is, against its field of 24.
    """

    canvas: str
    plate: str
    ring: str
    ink: str
    contrast: float
    scale: float


def paint(look: Look) -> Painted:
    """Choose the colours, so that the drawing can be seen on what is behind it."""
    color = colors.parse_color(look.color)
    is_colored = look.background == "colored"
    pale = colors.tint(color)
    canvas = {"transparent": "", "white": colors.WHITE, "colored": pale}[
        look.background
    ]
    plate = ""
    if look.style == "modern":
        canvas = color if is_colored else canvas
        plate = color if is_colored else pale
    elif look.style == "flat":
        plate = color
    ground = plate or canvas
    behind = (ground,) if ground else (colors.LIGHT_PAGE, colors.DARK_PAGE)
    wanted = colors.on(color) if plate == color else color
    ink = colors.seen_on(wanted, behind)
    return Painted(
        canvas=canvas,
        plate=plate,
        ring=ink if look.style == "outlined" else "",
        ink=ink,
        contrast=round(colors.least_contrast(ink, behind), 2),
        scale={"modern": 2.75, "flat": 2.5, "outlined": 2.5, "minimal": 4.25}[
            look.style
        ],
    )


def draw(
    look: Look, painted: Painted, *, nodes: tuple[Node, ...], initials: str, title: str
) -> str:
    """Return the SVG; initials are drawn where there are no nodes."""
    side = str(look.side)
    root = Xml.Element(
        "svg",
        xmlns=_SVG,
        viewBox=f"0 0 {FIELD} {FIELD}",
        width=side,
        height=side,
        role="img",
    )
    Xml.SubElement(root, "title").text = title
    if painted.canvas:
        _box(root, 0, 0, painted.canvas)
    if painted.plate and painted.plate != painted.canvas:
        if look.style == "flat":
            _circle(root, 60, fill=painted.plate)
        else:
            _box(root, 6, 30, painted.plate)
    if painted.ring:
        _circle(root, 57, fill="none", stroke=painted.ring)
    if nodes:
        _lines(root, nodes, painted)
    elif initials:
        _initials(root, initials, painted)
    else:
        _lines(root, GENERIC, painted)
    return Xml.tostring(root, encoding="unicode")


def _box(root: Xml.Element, inset: int, radius: int, fill: str) -> None:
    side = str(FIELD - 2 * inset)
    place = str(inset)
    Xml.SubElement(
        root, "rect", x=place, y=place, width=side, height=side, rx=str(radius),
        fill=fill,
    )  # fmt: skip


def _circle(root: Xml.Element, radius: int, *, fill: str, stroke: str = "") -> None:
    middle = str(FIELD // 2)
    circle = Xml.SubElement(
        root, "circle", cx=middle, cy=middle, r=str(radius), fill=fill
    )
    if stroke:
        circle.attrib |= {"stroke": stroke, "stroke-width": "6"}


def _group(root: Xml.Element, place: str, painted: Painted, width: str) -> Xml.Element:
    return Xml.SubElement(
        root,
        "g",
        {
            "transform": place,
            "fill": "none",
            "stroke": painted.ink,
            "stroke-width": width,
            "stroke-linecap": "round",
            "stroke-linejoin": "round",
        },
    )


def _lines(root: Xml.Element, nodes: tuple[Node, ...], painted: Painted) -> None:
    at = (FIELD - DRAWING * painted.scale) / 2
    place = f"translate({at:g} {at:g}) scale({painted.scale:g})"
    group = _group(root, place, painted, "2")
    for name, attributes in nodes:
        Xml.SubElement(group, name, attributes)


def _initials(root: Xml.Element, initials: str, painted: Painted) -> None:
    wide = len(initials) * letters.WIDTH + (len(initials) - 1) * letters.GAP
    scale = painted.scale * 1.15
    across, down = (FIELD - wide * scale) / 2, (FIELD - letters.HEIGHT * scale) / 2
    for number, letter in enumerate(initials):
        at = across + number * (letters.WIDTH + letters.GAP) * scale
        place = f"translate({at:g} {down:g}) scale({scale:g})"
        group = _group(root, place, painted, "2")
        Xml.SubElement(group, "path", d=letters.PATHS[letter])
