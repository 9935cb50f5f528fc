"""SAP HANA, through SAP's own driver, which is an extra: `entrepot[hana]`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from entrepot.connections.spec import Database, Dialect, Target

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect as SqlDialect

URL_OPTIONS = (
    "encrypt",
    "sslValidateCertificate",
    "sslTrustStore",
    "sslHostNameInCertificate",
    "sslSNIHostname",
    "currentSchema",
    "connectTimeout",
)


def open_database(target: Target) -> Database:
    """Open the pool; the first use connects.

    Raises:
        Refused: The driver is not installed; the hint says how.
    """
    from entrepot.connections.dialects.hana.database import Hana

    return Hana(target)


def sql_dialect() -> SqlDialect:
    """Return what compiles statements with `?` in place of values.

    Raises:
        Refused: The driver is not installed; the hint says how.
    """
    from entrepot.connections.dialects.hana.sql import quoting_dialect

    return quoting_dialect()


DIALECT = Dialect(
    name="hana",
    summary="SAP HANA and SAP HANA Cloud; needs the extra `hana`.",
    example="hana://READER:password@instance.hanacloud.ondemand.com:443",
    is_file=False,
    sql=sql_dialect,
    open=open_database,
    url_options=URL_OPTIONS,
)
