"""What this room gives: products, and pages of rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from entrepot.connections import Column, Structure, Table
from entrepot.dataproducts.sap.csn import Association

Total = Literal["estimate", "exact", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """A schema that people may read, as a product.

    Attributes:
        name: Technical name; `display_name` is for people.
        ord_id, version, namespace: Of SAP's data products; empty elsewhere.
        created_at: None where the database does not say.
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
    created_at: datetime | None = None
    description: str = ""
    table_count: int | None = None
    dialect: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductTable(Table):
    """A table or view of a product.

    Attributes:
        display_name: For people: the entity where the table holds one.
        entity: Of SAP's data products; empty elsewhere.
        label: What the CSN calls it.
        row_count_is_exact: It was counted now, not taken from statistics.
    """

    display_name: str
    entity: str = ""
    label: str = ""
    row_count_is_exact: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductColumn(Column):
    """A column of a product's table; `label` is what the CSN calls it."""

    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableStructure(Structure):
    """Everything about a product's table but its rows.

    Where a CSN is known, it fills in what the database does not say: descriptions, the
    key, and foreign keys made of the associations.

    Attributes:
        associations: As the CSN has them.
    """

    columns: tuple[ProductColumn, ...]
    display_name: str = ""
    entity: str = ""
    label: str = ""
    associations: tuple[Association, ...] = ()


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
