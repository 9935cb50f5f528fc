"""`/api/sql/explain` and `/api/sql/format`: how a statement runs, and how it reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from msgspec import Meta

from entrepot.base.errors import Invalid, Missing
from entrepot.connections import Plan, get_connection
from entrepot.console.api.asked import StatementAsked, wanted
from entrepot.console.api.blueprint import bp
from entrepot.console.api.faults import FAR, WHO
from entrepot.console.formatting import format_sql
from entrepot.console.plans import explain
from entrepot.console.preparing import find_connection
from entrepot.web.guard import require
from entrepot.web.routes import Doc, current_house, route


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainAsked(StatementAsked):
    """A statement whose plan is wanted.

    Attributes:
        run: Run it, where the database can tell more then.
    """

    run: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FormatAsked:
    """A statement or script to be laid out; the connection tells its dialect."""

    query: Annotated[str, Meta(examples=["select a from b where c = 1"])] = ""
    sql: str = ""
    connection: Annotated[str, Meta(max_length=200)] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Formatted:
    """The statement, laid out."""

    query: str


@route(
    bp,
    "POST",
    "/sql/explain",
    Doc(body=ExplainAsked, data=Plan, errors=(*WHO, *FAR)),
)
def explain_statement(body: ExplainAsked) -> Plan:
    """Show how the database would run a statement, in one shape for all of them."""
    return explain(current_house(), require("viewer"), wanted(body), run=body.run)


@route(
    bp,
    "POST",
    "/sql/format",
    Doc(body=FormatAsked, data=Formatted, errors=(Invalid, Missing, *WHO)),
)
def format_statement(body: FormatAsked) -> Formatted:
    """Lay a statement out; nothing changes but blanks and the case of keywords."""
    house = current_house()
    name = find_connection(house, body.connection)
    dialect = get_connection(house, name).dialect
    return Formatted(query=format_sql(body.query or body.sql, dialect))
