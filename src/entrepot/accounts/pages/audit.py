"""Pages: the audit trail, one record, and whether all of it is whole."""

from __future__ import annotations

import json
import time
from dataclasses import asdict, dataclass

from flask import render_template, url_for

from entrepot.accounts import audit, audit_questions
from entrepot.accounts.api.audit import AuditQuery
from entrepot.accounts.audit import Record
from entrepot.accounts.audit_verify import Verdict, verify
from entrepot.accounts.pages.blueprint import bp
from entrepot.web import shell
from entrepot.web.guard import needs
from entrepot.web.routes import current_house, read_query

SUMMARY_CHARACTERS = 160


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditPage:
    """Records, newest first, under the filters in the address.

    Attributes:
        next: Address of the older ones; empty where there are none.
        verdict: When the trail was looked at just now.
    """

    records: list[Record]
    events: list[str]
    query: AuditQuery
    next: str
    api: str
    csv: str
    verdict: Verdict | None = None
    seconds: float = 0.0

    @property
    def is_filtered(self) -> bool:
        """Tell whether some are left out."""
        query = self.query
        return any((query.actor, query.event, query.since, query.until))


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordPage:
    """One record; its facts as lines."""

    record: Record

    @property
    def facts(self) -> list[tuple[str, str]]:
        """Return names and values as people read them."""
        return [(name, told(value)) for name, value in self.record.facts.items()]


def told(value: object) -> str:
    """Return a fact's value in words."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def summary(record: Record) -> str:
    """Return a record's facts in a line."""
    said = [(name, told(value)) for name, value in record.facts.items() if value != ""]
    line = ", ".join(f"{name} {value}" for name, value in said)
    if len(line) <= SUMMARY_CHARACTERS:
        return line
    return line[: SUMMARY_CHARACTERS - 1] + "…"


bp.add_app_template_filter(summary, "audit_summary")


@bp.get("/audit")
@needs("admin")
def audit_index() -> str:
    """List who did what."""
    return render_template("accounts/audit.html", page=_page())


@bp.post("/audit/verify")
@needs("admin")
def audit_verify() -> str:
    """Look at the whole trail, and list it."""
    begun = time.perf_counter()
    verdict = verify(current_house())
    page = _page(verdict, time.perf_counter() - begun)
    return render_template("accounts/audit.html", page=page)


@bp.get("/audit/<int:id>")
@needs("admin")
def audit_record(id: int) -> str:
    """Show one record."""
    record = audit.get_record(current_house(), id)
    page = RecordPage(record=record)
    return render_template("accounts/audit_record.html", page=page)


def _page(verdict: Verdict | None = None, seconds: float = 0.0) -> AuditPage:
    query: AuditQuery = read_query(AuditQuery)
    asked = asdict(query)
    limit = asked.pop("limit")
    house = current_house()
    found = audit.list_records(house, audit_questions.wanted(**asked, limit=limit + 1))
    shown = found[:limit]
    given = {name: value for name, value in asked.items() if value}
    older = {**given, "limit": limit, "before": shown[-1].id} if shown else {}
    index = "accounts_pages.audit_index"
    return AuditPage(
        records=shown,
        events=audit.list_event_names(house),
        query=query,
        next=url_for(index, **older) if len(found) > limit else "",
        api=url_for("accounts_api.list_records", **given),
        csv=url_for("accounts_api.csv", **given),
        verdict=verdict,
        seconds=seconds,
    )


shell.PLACES.append(
    shell.Place(
        label="Audit trail",
        endpoint="accounts_pages.audit_index",
        icon="shield",
        group="House",
        short="Audit",
        order=46,
    )
)
