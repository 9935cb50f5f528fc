"""What this room gives: products, and pages of rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from entrepot.connections import Column

Total = Literal["estimate", "exact", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """A schema that people may read, as a product.

    Attributes:
        name: Technical name; `display_name` is for people.
        ord_id, version, namespace: Of SAP's data products; empty elsewhere.
        created_at: ISO-8601; None where the database does not say.
        address: `connection:schema`, as paths have it before encoding.
    """

    connection: str
    schema: str
    name: str
    display_name: str
    version: str = ""
    namespace: str = ""
    ord_id: str = ""
    owner: str = ""
    created_at: str | None = None
    description: str = ""
    table_count: int | None = None
    dialect: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreachable:
    """A connection whose products cannot be listed now."""

    connection: str
    title: str
    detail: str
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowsRequest:
    """How rows are asked for; texts as they stand in the address.

    Attributes:
        seconds: The most that the database may take for whoever asks; the house's own
            limit when None.
    """

    limit: int = 100
    offset: int = 0
    after: str = ""
    columns: str = ""
    order_by: str = ""
    where: tuple[str, ...] = ()
    total: Total = "none"
    seconds: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """One page of a table.

    Attributes:
        columns: Those shown, in order.
        rows: JSON-ready values in the columns' order.
        next: Query string of the next page (`after=…` or `offset=…` with everything
            else kept); None on the last.
        total: As asked for; None when not counted.
        total_is_estimate: The total comes from statistics.
        seconds: Time the database took.
    """

    columns: tuple[Column, ...]
    rows: list[list[object]]
    limit: int
    next: str | None
    total: int | None
    total_is_estimate: bool
    seconds: float
