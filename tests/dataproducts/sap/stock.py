"""SAP data products in a DuckDB file, their CSN, and a kind of database that has it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from entrepot.base.dollar_sql import dollar_dialect
from entrepot.connections import Dialect, Target

SUPPLIER = (
    "_SAP_DATAPRODUCT_sap_s4com_dataProduct_Supplier_v1_"
    "c8f5c255-6ddd-444a-8f90-01baa10b87d3"
)
PURCHASE_ORDER = (
    "_SAP_DATAPRODUCT_sap_s4com_dataProduct_PurchaseOrder_v1_"
    "0d9c1b1e-1c3e-4b0b-9a3e-8f1f6f0d1a2b"
)
GATEWAY = "_SAP_DB_ACCESS_DATA_PRODUCT_GATEWAY"
API = "_SAP_DATAPRODUCT_b6d7050b-8c9a-4c4d-9689-346e4ab14855_supplier"
TABLE = f"{API}.Supplier"
CODES = f"{API}.SupplierCompanyCode"

STATEMENTS = (
    f'create schema "{SUPPLIER}"',
    f'create schema "{PURCHASE_ORDER}"',
    f'create schema "{GATEWAY}"',
    f"""create table "{SUPPLIER}"."{TABLE}" ("Supplier" varchar,
        "SupplierName" varchar, "CreditLimit" decimal(15,2), "CreationDate" varchar,
        "IsBlocked" boolean, "LastChange" timestamp, "_Extra" integer)""",
    f"""create table "{SUPPLIER}"."{CODES}" ("Supplier" varchar,
        "CompanyCode" varchar)""",
    f"""insert into "{SUPPLIER}"."{TABLE}" values
        ('0010000001', 'ACME', 12.50, '2026-01-22', false, '2026-01-22 11:40:00', 1),
        ('0010000002', 'Brugger Stahl AG', null, null, true, null, null)""",
    f"""insert into "{SUPPLIER}"."{CODES}" values
        ('0010000001', '1010'), ('0010000001', '2010'), ('0010000002', '1010')""",
    f'create table "{PURCHASE_ORDER}"."purchaseorder.PurchaseOrder" (n integer)',
    f'create view "{SUPPLIER}"."Blocked" as '
    f'select * from "{SUPPLIER}"."{TABLE}" where "IsBlocked"',
)

DOCUMENT = {
    "meta": {"creator": "CDS Compiler", "flavor": "effective"},
    "definitions": {
        "supplier": {"kind": "context"},
        "supplier.Amount": {
            "kind": "type",
            "type": "cds.Decimal",
            "precision": 15,
            "scale": 2,
            "@title": "{i18n>AMOUNT}",
        },
        "supplier.Supplier": {
            "kind": "entity",
            "@EndUserText.label": "{i18n>SUPPLIER}",
            "@EndUserText.quickInfo": "Business partners we buy from",
            "elements": {
                "Supplier": {
                    "type": "cds.String",
                    "length": 10,
                    "key": True,
                    "@EndUserText.label": "{i18n>SUPPLIER}",
                    "@EndUserText.quickInfo": "{i18n>SUPPLIER@QUICKINFO}",
                },
                "SupplierName": {
                    "type": "cds.String",
                    "length": 80,
                    "notNull": True,
                    "@title": "{i18n>NAME} of {i18n>SUPPLIER}",
                },
                "CreditLimit": {"type": "supplier.Amount"},
                "CreationDate": {"type": "cds.Date", "@title": "{i18n>NOT_THERE}"},
                "IsBlocked": {"type": "cds.Boolean"},
                "LastChange": {"type": "cds.Timestamp"},
                "Gone": {"type": "cds.String", "length": 3},
                "_Codes": {
                    "type": "cds.Association",
                    "target": "supplier.SupplierCompanyCode",
                    "cardinality": {"min": 0, "max": "*"},
                    "on": [
                        {"ref": ["_Codes", "Supplier"]},
                        "=",
                        {"ref": ["Supplier"]},
                    ],
                },
            },
        },
        "supplier.SupplierCompanyCode": {
            "kind": "entity",
            "elements": {
                "Supplier": {"type": "cds.String", "length": 10, "key": True},
                "CompanyCode": {"type": "cds.String", "length": 4, "key": True},
                "_Supplier": {
                    "type": "cds.Association",
                    "target": "supplier.Supplier",
                    "cardinality": {"min": 1, "max": 1},
                    "@EndUserText.label": "{i18n>SUPPLIER}",
                    "on": [
                        {"ref": ["Supplier"]},
                        "=",
                        {"ref": ["_Supplier", "Supplier"]},
                    ],
                },
                "_Elsewhere": {
                    "type": "cds.Association",
                    "target": "companycode.CompanyCode",
                    "on": [
                        {"ref": ["_Elsewhere", "CompanyCode"]},
                        "=",
                        {"ref": ["CompanyCode"]},
                        "and",
                        {"ref": ["_Elsewhere", "Language"]},
                        "=",
                        {"val": "EN"},
                    ],
                },
            },
        },
    },
    "i18n": {
        "en": {
            "SUPPLIER": "Supplier",
            "SUPPLIER@QUICKINFO": "Account number of the supplier",
            "NAME": "Name",
            "AMOUNT": "Amount",
        },
        "de": {"SUPPLIER": "Lieferant", "NAME": "Name"},
        "de_AT": {"NAME": "Bezeichnung"},
    },
}
CSN = json.dumps([DOCUMENT])
"""As SAP has it: an array of one document."""


def build(path: Path) -> Path:
    """Make the database: two products, the gateway's schema, rows for one of them."""
    with duckdb.connect(path) as connection:
        for statement in STATEMENTS:
            connection.execute(statement)
    return path


class KnowingDatabase:
    """DuckDB that also says who owns a schema, since when, and what its CSN is."""

    def __init__(self, target: Target) -> None:
        from entrepot.connections.dialects.duckdb import open_database

        url = target.url.replace("sapdouble:", "duckdb:")
        self._inner = open_database(replace(target, url=url))

    def __getattr__(self, name: str):
        return getattr(self._inner, name)

    def list_schemas(self):
        """Return the schemas with owner and time, as HANA has them."""
        at = datetime(2025, 11, 4, 8, 48, 34, tzinfo=UTC)
        found = self._inner.list_schemas()
        return [replace(schema, owner=GATEWAY, created_at=at) for schema in found]

    def csn(self, schema: str) -> str | None:
        """Return the CSN of one product; the other's is not granted."""
        return CSN if schema == SUPPLIER else None


DIALECT = Dialect(
    name="sapdouble",
    summary="DuckDB with what HANA knows of data products.",
    example="sapdouble:////srv/sap.db",
    is_file=True,
    sql=dollar_dialect,
    open=KnowingDatabase,
)
