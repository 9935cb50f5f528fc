"""A parser for XML that takes no DOCTYPE, so no entities, and asks nobody."""

from __future__ import annotations

from typing import NoReturn
from xml.parsers import expat

from entrepot.base.errors import Invalid

MOST_DEPTH = 100


def new_parser(encoding: str | None = None) -> expat.XMLParserType:
    """Return a parser that refuses a file with a DOCTYPE.

    Args:
        encoding: That of what it is fed, whatever the file declares.

    Raises:
        Invalid: From its `Parse`, where the file has one.
    """
    parser = expat.ParserCreate(encoding)
    parser.buffer_text = True
    parser.buffer_size = 1 << 16
    parser.ordered_attributes = True
    parser.StartDoctypeDeclHandler = _refuse
    parser.EntityDeclHandler = _refuse
    parser.ExternalEntityRefHandler = _refuse
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    return parser


def _refuse(*_told: object) -> NoReturn:
    raise Invalid(
        "the XML has a DOCTYPE, which may declare entities and is not taken",
        hint="save it without one",
    )
