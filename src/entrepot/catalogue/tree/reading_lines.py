"""Trees of which each line is a category: `12 - A > B > C`, and nested sets."""

from __future__ import annotations

import re
from collections.abc import Iterator

from entrepot.catalogue.tree.reading_spec import Entry, Fault, Found

_NUMBER = r"\s*(\d{1,18})\s*"
_NESTED = re.compile(rf"{_NUMBER}\|\s*\[{_NUMBER}-{_NUMBER}\]\s*\|(.*)")
_NUMBERED = re.compile(r"\s*([\w.\-/]{1,200}?)\s+-\s+(.*)")
_SHOWN = 200


def read_paths(text: str) -> Found | None:
    """Read `12 - A > B > C` or `A > B > C`, a line each; `#` begins a remark."""
    lines = list(_lines(text))
    is_numbered = all(_NUMBERED.fullmatch(line) for _, line in lines)
    if not lines or not (is_numbered or any(">" in line for _, line in lines)):
        return None
    found = Found()
    for number, line in lines:
        match = _NUMBERED.fullmatch(line) if is_numbered else None
        key, path = match.groups() if match else ("", line)
        names = tuple(name.strip() for name in path.split(">"))
        found.entries.append(Entry(number, key, names))
    return found


def read_nested(text: str) -> Found | None:
    """Read `12 | [3-8] | Name`: what lies within another's numbers is below it."""
    lines = list(_lines(text))
    if not lines or not _NESTED.fullmatch(lines[0][1]):
        return None
    found = Found()
    above: list[tuple[int, str]] = []
    for number, line in lines:
        match = _NESTED.fullmatch(line)
        if match is None:
            fault = Fault(
                number, line.strip()[:_SHOWN], "is not `id | [from-to] | name`"
            )
            found.faults.append(fault)
            continue
        key, left, right, name = match.groups()
        while above and int(left) > above[-1][0]:
            above.pop()
        if int(right) < int(left) or (above and int(right) > above[-1][0]):
            why = f"[{left}-{right}] does not lie within what is above it"
            found.faults.append(Fault(number, key, why))
            continue
        above.append((int(right), name.strip()))
        found.entries.append(Entry(number, key, tuple(name for _, name in above)))
    return found


def _lines(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip() and not line.lstrip().startswith("#"):
            yield number, line
