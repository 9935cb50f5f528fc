"""Exports in every state, for pages to show; no worker touches them."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import update

from entrepot.base.house import House
from entrepot.base.times import now
from entrepot.delivery.models import Delivery
from entrepot.exports.models import Export
from tests.pages import work

RUNNING = "e1" * 16
UNCOUNTED = "e2" * 16
WAITING = "e3" * 16
FAILED = "e4" * 16
ARCHIVE = "e5" * 16
EXPIRED = "e6" * 16
CANCELLED = "e7" * 16

TABLE = {"connection": "demo", "schema": "main", "table": "purchase_orders"}
NARROWED = {"where": ["status:eq:open"], "order_by": "net_amount desc"}


def write_exports(house: House) -> None:
    """Store one export of each sort, oldest first."""
    at = now()
    late = at - timedelta(days=2)
    half = {"rows": 212_400, "job_uuid": work.UNCOUNTED}
    more = {"rows": 748_210, "job_uuid": work.RUNNING, "attempt_count": 2}
    gone = "sap-s4 closed the connection at row 71,002"
    rows = [
        _row(EXPIRED, "expired", "Contracts archive", late, rows=1_204, **_done(late)),
        _row(CANCELLED, "cancelled", "goods_receipts, all rows", late),
        _row(
            FAILED,
            "failed",
            "JournalEntryHeader, Q3",
            at - timedelta(minutes=50),
            error="unavailable",
            error_detail=gone,
        ),
        _archive(at - timedelta(minutes=20)),
        _row(
            WAITING, "queued", "supplier_invoices, October", at, job_uuid=work.WAITING
        ),
        _row(UNCOUNTED, "running", "v_three_way_match, all rows", at, **half),
        _row(RUNNING, "running", "PurchaseOrderItem, 2025 to date", at, **more),
    ]
    with house.store.session() as session:
        session.add_all(rows)
        session.add(_delivery(at))


def _row(id, status, title, at, **more):
    values = {
        "id": id,
        "status": status,
        "title": title,
        "connection": "demo",
        "schema_name": "main",
        "table_name": "purchase_orders",
        "sql_sha256": "5c" * 32,
        "format": "xlsx",
        "options": {},
        "file_name": f"{title}.xlsx",
        "started_at": at,
        "created_by": work.MARTA,
        "request": {"source": TABLE | NARROWED, "format": "xlsx"},
        "request_sha256": id * 2,
    }
    return Export(**values | more)


def _done(at):
    return {
        "sha256": "9f" * 32,
        "size_bytes": 88_000,
        "seconds": 0.4,
        "expected_rows": 1_204,
        "expires_at": at + timedelta(hours=24),
        "columns": [{"name": "purchase_order", "type": "INTEGER"}],
    }


def _archive(at):
    files = [
        {"name": f"orders_{n}.csv", "rows": 602, "size_bytes": 44_000}
        | {"sha256": f"{n}a" * 32, "offset": None, "seconds": 0.2}
        for n in (1, 2)
    ]
    more = {"format": "csv", "file_name": "orders.zip", "cells_cut": 0, "files": files}
    more |= {"warnings": ["12 values could not become a date and stayed text"]}
    more |= {"template": "finance.monthly", "template_version": 7}
    title = "Orders for finance, in two files"
    return _row(ARCHIVE, "completed", title, at, rows=1_204, **_done(at) | more)


def _delivery(at):
    return Delivery(
        id="of-an-export",
        destination="archive",
        channel="folder",
        subject=f"export:{ARCHIVE}",
        parcel={"event": "export.completed", "title": "Orders"},
        state="delivered",
        attempt_count=1,
        attempts=[
            {"at": str(at), "outcome": "delivered", "answer": "orders.zip"}
            | {"milliseconds": 9}
        ],
        created_by=work.MARTA,
        created_at=at,
        ended_at=at,
    )


def end(house: House, id: str) -> None:
    """Let a running export fail, as its worker would."""
    _change(house, id, status="failed", error="timed-out", error_detail="too slow")


def begin_again(house: House, id: str) -> None:
    """Let it run as before."""
    _change(house, id, status="running", error=None, error_detail=None)


def _change(house: House, id: str, **values) -> None:
    with house.store.session() as session:
        session.execute(update(Export).where(Export.id == id).values(**values))
