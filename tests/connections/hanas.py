"""A kind of database called `hana` that answers as its host's name says."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.engine import make_url

from entrepot.base.dollar_sql import dollar_dialect
from entrepot.base.errors import Refused, Unavailable
from entrepot.connections import Dialect, Greeting, Target

POINTS = """[entrepot.connections.dialects]
hana = tests.connections.hanas:DIALECT
"""


@dataclass(frozen=True)
class Hana:
    """Lets us in, or does not."""

    target: Target

    def greet(self) -> Greeting:
        """Answer, or raise what the host's name says."""
        match make_url(self.target.url).host:
            case "away.example":
                raise Unavailable("it does not answer", database_code=-10709)
            case "locked.example":
                raise Refused("authentication failed", database_code=10)
            case "over.example":
                raise Refused("the licence is over", database_code=19)
        return Greeting(server="SAP HANA 4.00", seconds=0.038)

    def close(self) -> None:
        """Nothing is open."""


DIALECT = Dialect(
    name="hana",
    summary="HANA, as a test needs it.",
    example="hana://READER:password@hana.example:443",
    is_file=False,
    sql=dollar_dialect,
    open=Hana,
    url_options=("currentSchema", "encrypt", "sslValidateCertificate"),
)
