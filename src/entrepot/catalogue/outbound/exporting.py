"""Tell exports of the catalogue's rows; imported where exports look for sources."""

from __future__ import annotations

from entrepot.base.house import House
from entrepot.base.rows import RowSource
from entrepot.catalogue.documents import read_generation
from entrepot.catalogue.outbound.rights import sees_costs
from entrepot.catalogue.outbound.shapes import SHAPES
from entrepot.catalogue.outbound.source import catalogue_source
from entrepot.exports import NAMED, NamedRows


def _open(house: House, name: str) -> RowSource:
    return catalogue_source(house, name)


def _mark(house: House, name: str) -> str:
    with house.store.read_session() as session:
        mark = f"{name}:{read_generation(session)}"
    return f"{mark}:costs" if sees_costs(house) else mark


for shape in SHAPES.values():
    NAMED[shape.name] = NamedRows(
        name=shape.name, summary=shape.summary, open=_open, mark=_mark
    )
