"""Icons drawn here: from the words of the category, at no cost, always the same."""

from __future__ import annotations

from entrepot.base.errors import UnknownName
from entrepot.catalogue.icons import drawing, words
from entrepot.catalogue.icons.letters import initials_of
from entrepot.catalogue.icons.lucide import drawings
from entrepot.catalogue.icons.spec import LOCAL, Drawn, IconEngine, IconWish

INITIALS = "initials"


def draw_svg(wish: IconWish) -> Drawn:
    """Draw as SVG only, for a look at it.

    Raises:
        UnknownName: There is no drawing of the wished name.
    """
    known = drawings()
    if wish.symbol and wish.symbol != INITIALS and wish.symbol not in known:
        raise UnknownName("drawing", wish.symbol, list(known))
    symbol = wish.symbol or words.choose(wish.name, wish.above)
    symbol = "" if symbol == INITIALS else symbol
    painted = drawing.paint(wish.look)
    svg = drawing.draw(
        wish.look,
        painted,
        nodes=known[symbol].nodes if symbol else (),
        initials=initials_of(wish.name),
        title=wish.name,
    )
    return Drawn(
        png=b"",
        svg=svg,
        symbol=symbol,
        contrast=painted.contrast,
        color=painted.ink,
    )


def draw(wish: IconWish) -> Drawn:
    """Draw as SVG and PNG.

    Raises:
        UnknownName: There is no drawing of the wished name.
    """
    import resvg_py

    found = draw_svg(wish)
    side = wish.look.side
    png = resvg_py.svg_to_bytes(
        svg_string=found.svg, width=side, height=side, skip_system_fonts=True
    )
    return Drawn(
        png=bytes(png),
        svg=found.svg,
        symbol=found.symbol,
        contrast=found.contrast,
        color=found.color,
    )


ENGINE = IconEngine(
    name=LOCAL,
    summary="Drawn here from the category's words; costs nothing, always the same.",
    draw=draw,
)
