"""HANA's SQL as SQLAlchemy compiles it, with every name in quotes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from entrepot.connections.dialects.hana.driver import load_driver

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect


def quoting_dialect() -> Dialect:
    """Return what compiles with `?` and quotes: HANA makes bare names capitals.

    Raises:
        Refused: The driver is not installed.
    """
    load_driver()
    from sqlalchemy_hana.dialect import HANAHDBCLIDialect, HANAIdentifierPreparer

    class Quoting(HANAIdentifierPreparer):
        def _requires_quotes(self, value: str) -> bool:
            return True

    class QuotingDialect(HANAHDBCLIDialect):
        preparer = Quoting
        supports_statement_cache = False

    dialect: Dialect = QuotingDialect(paramstyle="qmark")
    return dialect
