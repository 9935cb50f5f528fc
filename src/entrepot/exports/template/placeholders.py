"""Names of files and sheets, made of patterns such as `{type}_{template}_{date}`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")

PLACEHOLDERS = {
    "type": "what stands before the first full stop of the template's name",
    "Type": "the same with a capital letter",
    "template": "what stands behind that full stop; the whole name if there is none",
    "title": "the request's title, else the template's, else the source's",
    "file": "the name that the request wants the file to have, else `{title}`",
    "id8": "the first eight signs of the export's id",
    "date": "the day, as 2026-11-20",
    "dmy": "the day, as 20-11-2026",
    "time": "the time in UTC, as 143000",
    "month": "the month, as Nov 2026",
    "batch": "the number of the file, from 1, where there are several",
    "batches": "how many there are",
}
"""What each placeholder becomes."""

MONTHS = (
    "Jan", "Feb", "Mar", "Apr", "May", "Jun",
    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """What the placeholders of one export stand for; times are in UTC."""

    template: str
    title: str
    id: str
    at: datetime
    file: str = ""
    batch: int = 1
    batches: int = 1

    def filled(self, pattern: str, later: Mapping[str, str] | None = None) -> str:
        """Return a pattern with its placeholders replaced; others stay as they are.

        Args:
            later: Placeholders that get only another name: old to new.
        """
        values = self._values()
        values |= {old: f"{{{new}}}" for old, new in (later or {}).items()}
        return _PLACEHOLDER.sub(lambda m: values.get(m[1], m[0]), pattern)

    def _values(self) -> dict[str, str]:
        kind, _, rest = self.template.partition(".")
        return {
            "type": kind,
            "Type": kind[:1].upper() + kind[1:],
            "template": rest or kind,
            "title": self.title,
            "file": self.file or self.title,
            "id8": self.id[:8],
            "date": f"{self.at:%Y-%m-%d}",
            "dmy": f"{self.at:%d-%m-%Y}",
            "time": f"{self.at:%H%M%S}",
            "month": f"{MONTHS[self.at.month - 1]} {self.at:%Y}",
            "batch": str(self.batch),
            "batches": str(self.batches),
        }


def unknown_placeholders(pattern: str) -> list[str]:
    """Return what stands in braces and is none of the placeholders."""
    return [name for name in _PLACEHOLDER.findall(pattern) if name not in PLACEHOLDERS]
