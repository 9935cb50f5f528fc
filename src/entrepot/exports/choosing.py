"""The formats as people choose them: named, with an icon, the usual ones first."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from entrepot.exports.registry import FORMATS
from entrepot.exports.spec import ExportFormat, Option

FORMAT_LABELS = {
    "xlsx": ("Excel", "sheet"),
    "csv": ("CSV", "file"),
    "json": ("JSON", "braces"),
    "ndjson": ("NDJSON, one object a line", "braces"),
    "parquet": ("Parquet", "stack"),
}
"""What people call the formats they know, in the order of the menu, and the icons."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormatChoice:
    """A format as people choose it."""

    name: str
    label: str
    icon: str
    extension: str
    summary: str
    options: tuple[Option, ...]


def list_choices() -> list[FormatChoice]:
    """Return the formats as people choose them, the best known first."""
    known = list(FORMAT_LABELS)
    parts = sorted(
        FORMATS, key=lambda f: known.index(f.name) if f.name in known else len(known)
    )
    return [_format_choice(part) for part in parts]


def format_of_name(file_name: str, *, usual: str) -> str:
    """Return the format that a file's ending means, or the usual one."""
    ending = Path(file_name).suffix.removeprefix(".").lower()
    return next((f.name for f in FORMATS if ending == f.extension), usual)


def _format_choice(part: ExportFormat) -> FormatChoice:
    label, icon = FORMAT_LABELS.get(part.name, (part.name, "file"))
    return FormatChoice(
        name=part.name,
        label=label,
        icon=icon,
        extension=part.extension,
        summary=part.summary,
        options=part.options,
    )
