"""What the demo's tables are made of: one `MetaData`, and columns with comments.

A comment is `Label: explanation`; comments become the rows of
`_entrepot_descriptions`, from where pages and the API show them.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import DECIMAL, Column, ForeignKey, MetaData, String
from sqlalchemy.types import TypeEngine

METADATA = MetaData()
MONEY: TypeEngine[Any] = DECIMAL(15, 2)
QUANTITY: TypeEngine[Any] = DECIMAL(13, 3)


def column(
    name: str,
    kind: TypeEngine[Any],
    comment: str,
    *,
    to: str = "",
    key: bool = False,
    null: bool = False,
) -> Column[Any]:
    """Return a column that points `to` another and may be part of the key."""
    return Column(
        name,
        kind,
        *([ForeignKey(to)] if to else []),
        primary_key=key,
        nullable=null,
        autoincrement=False,
        comment=comment,
    )


def currency() -> Column[Any]:
    """Return the column that stands beside every amount."""
    return column("currency", String(3), "Currency: ISO 4217 code of the amounts")
