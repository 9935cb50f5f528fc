"""What the names of SAP's data products say: schemas, and the tables in them."""

from __future__ import annotations

import re
from dataclasses import dataclass

PREFIX = "_SAP_DATAPRODUCT"

_UUID = r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"
_END = rf"_v(?P<version>[0-9]+)(?:_(?P<uuid>{_UUID}))?"
_SCHEMAS = (
    re.compile(rf"{PREFIX}_(?P<ns>.+?)_dataProduct_(?P<name>.+){_END}"),
    re.compile(rf"{PREFIX}_(?P<ns>[a-z0-9]+_[a-z0-9]+)_(?P<name>.+){_END}"),
)
"""With and without the word between namespace and name; the first that fits holds."""

_TABLE = re.compile(rf"{PREFIX}_(?P<uuid>{_UUID})_(?P<context>[^.]+)\.(?P<entity>.+)")
_WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[_\s]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductName:
    """What the name of a data product's schema says.

    Attributes:
        namespace: With dots, e.g. `sap.s4com`.
        name: As SAP writes it, e.g. `PurchaseOrder`.
        version: With its letter, e.g. `v1`.
        uuid: Of this installation; empty where the name has none.
    """

    namespace: str
    name: str
    version: str
    uuid: str = ""

    @property
    def display_name(self) -> str:
        """Return the name as people write it, e.g. `Purchase Order`."""
        return split_words(self.name)

    @property
    def ord_id(self) -> str:
        """Return the id in Open Resource Discovery of the API behind it."""
        return f"{self.namespace}:apiResource:{self.name}:{self.version}"


@dataclass(frozen=True, slots=True, kw_only=True)
class TableName:
    """What the name of a data product's table says."""

    uuid: str
    context: str
    entity: str


def parse_schema(schema: str) -> ProductName | None:
    """Return what a schema's name says; None where it is no data product's."""
    for pattern in _SCHEMAS:
        found = pattern.fullmatch(schema)
        if found:
            return ProductName(
                namespace=found["ns"].replace("_", "."),
                name=found["name"],
                version=f"v{found['version']}",
                uuid=found["uuid"] or "",
            )
    return None


def parse_table(table: str) -> TableName | None:
    """Return what a table's name says; None where it is no data product's."""
    found = _TABLE.fullmatch(table)
    return found and TableName(**found.groupdict())


def entity_of(table: str) -> str:
    """Return the entity that a table holds; empty where its name does not say."""
    found = parse_table(table)
    return found.entity if found else ""


def split_words(name: str) -> str:
    """Return a name in CamelCase as words; those in capitals stay whole."""
    return " ".join(word for word in _WORDS.split(name) if word) or name
