"""One condition as people build it in a form, and as it stands in an address."""

from __future__ import annotations

import re
from dataclasses import dataclass

from entrepot.base.errors import Invalid
from entrepot.base.names import decode_name, encode_name

LISTS = ("in", "between")


@dataclass(frozen=True, slots=True)
class Filter:
    """One condition as the filter builder shows it."""

    column: str
    op: str
    value: str

    def where(self) -> str:
        """Return the condition as it stands in an address."""
        value = self.value.strip() if self.op in LISTS else self.value
        if self.op == "between":
            value = re.sub(r"\s*(…|\.\.\.?)\s*", ",", value)
        if self.op in LISTS:
            value = ",".join(part.strip() for part in value.split(","))
        return f"{encode_name(self.column, ':')}:{self.op}:{value}"


def parse_filter(where: str) -> Filter:
    """Read a condition back; nothing is checked, wrong ones are shown as they are."""
    name, _, rest = where.partition(":")
    op, _, value = rest.partition(":")
    if op == "between":
        value = value.replace(",", " … ")
    elif op == "in":
        value = value.replace(",", ", ")
    try:
        return Filter(decode_name(name), op, value)
    except Invalid:
        return Filter(name, op, value)
