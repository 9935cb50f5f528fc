"""The description that SAP keeps of a data product, where the user may read it."""

from __future__ import annotations

from entrepot.base.errors import Denied, Invalid
from entrepot.connections.dialects.hana.watch import Reading

# SAP's gateway fills it for the products of a Business Data Cloud; it needs a GRANT
# SELECT of its own. A product's schema names its remote source, or is named by it.
CSN = r"""
SELECT REMOTE_SOURCE_NAME, CSN_JSON
FROM "_SAP_DB_ACCESS_DATA_PRODUCT_GATEWAY"."_SAP_DATAPRODUCT_DELTA_CSN"
WHERE REMOTE_SOURCE_NAME IN (
          SELECT REMOTE_SOURCE_NAME FROM SYS.VIRTUAL_TABLES WHERE SCHEMA_NAME = ?)
   OR REMOTE_SOURCE_NAME LIKE ? ESCAPE '\'
   OR ? LIKE '%' || REPLACE(REPLACE(REMOTE_SOURCE_NAME, '\', '\\'), '_', '\_')
      ESCAPE '\'
ORDER BY REMOTE_SOURCE_NAME
"""
NO_SUCH = (259, 362)
"""HANA's numbers for a table or schema that is not there."""


def read_csn(reading: Reading, schema: str) -> str | None:
    """Return the CSN document of a data product's schema, as it stands.

    It is None where there is none, and where the user may not read it.
    """
    pattern = "%" + schema.replace("\\", r"\\").replace("%", r"\%") + "%"
    try:
        rows = reading.ask(CSN, schema, pattern.replace("_", r"\_"), schema)
    except Denied:
        return None
    except Invalid as error:
        if error.facts.get("database_code") in NO_SUCH:
            return None
        raise
    named = [str(text) for _, text in rows if text]
    return named[0] if named else None
