"""What the audit trail tells its listeners."""

from __future__ import annotations

from dataclasses import dataclass

from entrepot.base.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditHead(Event):
    """The last record of the audit trail, told so that a cut or new trail is found."""

    id: int
    mac: str
