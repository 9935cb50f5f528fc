"""Find where the audit trail was tampered with."""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from entrepot.accounts.audit import COLUMNS, audit_key, sign
from entrepot.accounts.audit_heads import Written, read_heads
from entrepot.accounts.audit_models import AuditRecord
from entrepot.base.house import House

BATCH_ROWS = 1000


@dataclass(frozen=True, slots=True)
class Break:
    """The first link that does not hold: the record's number, and what differs."""

    id: int
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What looking at the whole trail came to.

    Attributes:
        records: Looked at.
        heads: Written every hour, and compared with the records they name.
        first_break: None where the trail is whole.
    """

    records: int
    heads: int
    first_break: Break | None = None

    @property
    def is_whole(self) -> bool:
        """Tell whether nothing was found."""
        return self.first_break is None


def verify(house: House) -> Verdict:
    """Look at every record and every head; a broken chain is told, not raised.

    Raises:
        Invalid: The secret key is missing or weak.
    """
    walk = _Walk(audit_key(house), read_heads(house))
    with house.store.read_session() as session:
        rows = select(*COLUMNS).order_by(AuditRecord.id)
        found = session.execute(rows.execution_options(yield_per=BATCH_ROWS))
        for row in found:
            walk.step(row._asdict())
    walk.end()
    return Verdict(
        records=walk.records,
        heads=len(walk.heads),
        first_break=min(walk.breaks, key=lambda b: b.id, default=None),
    )


class _Walk:
    """From the first record to the last; what is wrong gathers in `breaks`."""

    def __init__(self, key: bytes, heads: list[Written]) -> None:
        self.records = 0
        self.heads = heads
        self.breaks: list[Break] = []
        self._key = key
        self._by_id: dict[int, list[Written]] = {}
        for head in heads:
            self._by_id.setdefault(head.id, []).append(head)
        self._last_id = 0
        self._last_mac = ""

    def step(self, row: Mapping[str, Any]) -> None:
        """Hold one record against the one before, its code, and the heads."""
        if not self.breaks:
            self.breaks.extend(self._wrongs(row))
        for head in self._by_id.pop(row["id"], []):
            if head.mac != row["mac"]:
                self.breaks.append(
                    Break(head.id, f"it is another record than at {head.at}")
                )
        self.records += 1
        self._last_id, self._last_mac = row["id"], row["mac"]

    def end(self) -> None:
        """Hold the heads that are left: their records are gone."""
        lost = sorted(self._by_id)
        if not lost:
            return
        head = self._by_id[lost[-1]][-1]
        first = min(lost[0], self._last_id + 1)
        self.breaks.append(
            Break(first, f"it is missing: at {head.at} there were {head.id} records")
        )

    def _wrongs(self, row: Mapping[str, Any]) -> Iterator[Break]:
        if row["id"] != self._last_id + 1:
            yield Break(self._last_id + 1, f"it is missing: {row['id']} comes next")
        elif row["previous_mac"] != self._last_mac:
            yield Break(row["id"], "it does not continue the record before")
        elif not hmac.compare_digest(sign(self._key, row), row["mac"]):
            yield Break(row["id"], "it was changed, or written with another secret key")
