"""Make the icon of a category; the one before stays, inactive."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from pathlib import Path

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from entrepot.base.acting import current
from entrepot.base.errors import EntrepotError, Invalid, InvalidValue, NotThere
from entrepot.base.events import emit
from entrepot.base.files import publish
from entrepot.base.house import House
from entrepot.catalogue.category_models import Category
from entrepot.catalogue.events import IconFailed, IconMade, IconRemoved
from entrepot.catalogue.icon_models import Icon
from entrepot.catalogue.icons import seeing
from entrepot.catalogue.icons import settings as knobs
from entrepot.catalogue.icons.engines.local import draw_svg
from entrepot.catalogue.icons.looks import look_of, prompt_of
from entrepot.catalogue.icons.records import activate, soft_delete
from entrepot.catalogue.icons.registry import ENGINES
from entrepot.catalogue.icons.spec import Drawn, IconSeen, IconWish, Look, LookAsked

CHOSEN = "chosen"
"""In the meta data: the drawing that somebody asked for by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """An icon whose row is written, and what is to be drawn."""

    id: int
    category_id: int
    wish: IconWish
    model: str


def generate_icon(
    house: House, category_id: int, asked: LookAsked, *, batch: str = ""
) -> IconSeen:
    """Make a category's icon; from then on it holds, and the older one does not.

    The row is there while it is drawn; what fails stays as a row that says why, but
    for a wish that nobody could fulfil.

    Raises:
        NotThere: There is no such category.
        UnknownName: There is no such engine, or no such drawing.
        Unavailable, Refused: The engine did not do it.
    """
    engine = ENGINES.get(asked.model)
    begun = _begin(house, category_id, asked, batch)
    started = time.monotonic()
    try:
        drawn = engine.draw(begun.wish)
        path = _write(house, category_id, drawn)
    except Invalid:
        _forget(house, begun)
        raise
    except EntrepotError as error:
        _fail(house, begun, error)
        raise
    seconds = time.monotonic() - started
    with house.store.session() as session:
        return _finish(session, begun, drawn, path, seconds)


def preview_icon(
    house: House, wish_name: str, above: tuple[str, ...], asked: LookAsked
) -> Drawn:
    """Return how an icon drawn here would look; nothing is kept.

    Raises:
        UnknownName: There is no such drawing.
    """
    look = look_of(house, asked)
    return draw_svg(
        IconWish(name=wish_name, above=above, look=look, symbol=asked.symbol)
    )


def regenerate_icon(house: House, id: int, asked: LookAsked) -> IconSeen:
    """Make an icon anew as it was, but for what is said; that one then holds.

    Raises:
        NotThere: There is none of this id.
        UnknownName, Unavailable, Refused: As in `generate_icon`.
    """
    with house.store.read_session() as session:
        icon = seeing.get_row(session, id)
        known = {"style": icon.style, "color": icon.color, "size": icon.width}
        known |= {"background": icon.background, "model": icon.model}
        known["symbol"] = (icon.meta_data or {}).get(CHOSEN)
        category_id = icon.category_id
    said = {name: value for name, value in known.items() if value}
    usual = LookAsked()
    for name in LookAsked.__dataclass_fields__:
        value = getattr(asked, name)
        if value != getattr(usual, name):
            said[name] = value
    try:
        wanted = msgspec.convert(said, LookAsked)
    except msgspec.ValidationError as error:
        raise InvalidValue(f"this icon was made in another way: {error}") from None
    return generate_icon(house, category_id, wanted)


def remove_icon(session: Session, id: int) -> None:
    """Take an icon away from people; its row and its file stay.

    Raises:
        NotThere: There is none of this id.
    """
    icon = seeing.get_row(session, id)
    if icon.is_active:
        soft_delete(icon)
        emit(IconRemoved(id=icon.id, category_id=icon.category_id))


def file_of(house: House, icon: IconSeen, ending: str) -> Path:
    """Return an icon's file, `png` or `svg`.

    Raises:
        NotThere: It has none.
    """
    name = icon.filename.removesuffix(".png") + f".{ending}"
    path = folder(house) / name
    if not icon.filename or not path.is_file():
        raise NotThere("file of this icon", f"{icon.id}.{ending}", [])
    return path


def folder(house: House) -> Path:
    """Return where the files of icons are."""
    chosen = house.settings[knobs.FOLDER]
    return Path(chosen).resolve() if chosen else house.home / "icons"


def _begin(house: House, category_id: int, asked: LookAsked, batch: str) -> Begun:
    look = look_of(house, asked)
    with house.store.session() as session:
        category = session.get(Category, category_id)
        if category is None:
            raise NotThere("category", str(category_id), [])
        *above, name = seeing.trails(session, [category])[category_id]
        prompt = prompt_of(name, tuple(above), look)
        icon = Icon(
            category_id=category_id,
            filename="",
            file_path="",
            prompt=prompt,
            model=asked.model,
            generation_batch_id=batch or None,
            created_by=current().user_id,
            **_said(look),
        )
        session.add(icon)
        session.flush()  # its id is told
        wish = IconWish(
            name=name, above=tuple(above), look=look, symbol=asked.symbol, prompt=prompt
        )
        return Begun(id=icon.id, category_id=category_id, wish=wish, model=asked.model)


def _said(look: Look) -> dict[str, object]:
    return {
        "style": look.style,
        "color": look.color,
        "background": look.background,
        "width": look.side,
        "height": look.side,
    }


def _write(house: House, category_id: int, drawn: Drawn) -> Path:
    digest = hashlib.sha256(drawn.png).hexdigest()
    path = folder(house) / f"icon_{category_id}_{digest[:8]}.png"
    with publish(path) as file:
        file.write(drawn.png)
    if drawn.svg:
        with publish(path.with_suffix(".svg")) as file:
            file.write(drawn.svg.encode())
    return path


def _finish(
    session: Session, begun: Begun, drawn: Drawn, path: Path, seconds: float
) -> IconSeen:
    """Let the drawn icon hold; the same bytes again are the row that has them."""
    digest = hashlib.sha256(drawn.png).hexdigest()
    icon = seeing.get_row(session, begun.id)
    same = session.scalar(
        select(Icon).where(
            Icon.category_id == begun.category_id,
            Icon.file_hash == digest,
            Icon.status.in_(("active", "inactive")),
            Icon.is_active,
            Icon.id != icon.id,
        )
    )
    if same is not None:
        session.delete(icon)
        icon = same
    else:
        _fill(icon, drawn, path, chosen=begun.wish.symbol, seconds=seconds)
    activate(session, icon)
    session.flush()  # its times are shown
    emit(
        IconMade(
            id=icon.id,
            category_id=icon.category_id,
            model=begun.model,
            style=begun.wish.look.style,
            symbol=drawn.symbol,
            seconds=round(seconds, 4),
        )
    )
    return seeing.seen_of(icon)


def _fill(icon: Icon, drawn: Drawn, path: Path, *, chosen: str, seconds: float) -> None:
    digest = hashlib.sha256(drawn.png).hexdigest()
    icon.filename, icon.file_path = path.name, str(path)
    icon.file_hash, icon.file_size, icon.format = digest, len(drawn.png), "PNG"
    icon.generation_time, icon.generation_cost = seconds, drawn.cost
    wanted = (icon.color or "").lower()
    icon.meta_data = {
        seeing.SYMBOL: drawn.symbol,
        seeing.CONTRAST: drawn.contrast,
        seeing.COLOR_USED: drawn.color if drawn.color != wanted else "",
        CHOSEN: chosen,
        "has_svg": bool(drawn.svg),
    }


def _forget(house: House, begun: Begun) -> None:
    with house.store.session() as session:
        session.delete(seeing.get_row(session, begun.id))


def _fail(house: House, begun: Begun, error: EntrepotError) -> None:
    with house.store.session() as session:
        icon = seeing.get_row(session, begun.id)
        icon.status = "failed"
        icon.meta_data = {seeing.ERROR: error.detail[:1000]}
    emit(
        IconFailed(
            id=begun.id,
            category_id=begun.category_id,
            model=begun.model,
            why=error.code(),
        )
    )
