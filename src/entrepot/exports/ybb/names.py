"""Names of files and sheets: those that callers wish for, and those we give."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from entrepot.base.errors import Invalid

MOST_CHARACTERS = 200
"""Of a file's name without its extension."""
SHEET_CHARACTERS = 31
"""What Excel allows."""
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"

_UNSAFE = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]')
_NO_SHEET = re.compile(r"[\\/?*\[\]:\x00-\x1f]")
_HOSTILE = re.compile(
    r"\.\.[/\\]|^\.\.$|/etc/|^[a-z]:[/\\]|cmd\.exe|powershell", re.IGNORECASE
)
_EXTENSIONS = re.compile(r"\.(xlsx|xls|csv|json|zip)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """How the files of one export are called, without extensions.

    Attributes:
        part: Of one of several files; `{number}` and `{total}` are put in.
        archive: Of the zip that holds them.
    """

    single: str
    part: str
    archive: str


def make_names(kind: str, template: str, id: str, at: datetime, wished: str) -> Names:
    """Return the names of an export's files.

    Args:
        kind: E.g. `participants`.
        wished: What the caller wants it to be called; empty for nothing.

    Raises:
        Invalid: The wish is a path or a program.
    """
    day, time = f"{at:%d-%m-%Y}", f"{at:%H%M%S}"
    known = f"{kind}_{template}_{id[:8]}"
    stem = clean_file_name(wished)
    if not stem:
        return Names(
            single=f"{known}_{day}_{time}",
            part=f"{known}_batch_{{number}}_{day}_{time}",
            archive=f"{known}_complete_{day}",
        )
    literal = stem.replace("{", "{{").replace("}", "}}")
    return Names(
        single=stem,
        part=f"{literal}_batch_{{number}}_of_{{total}}",
        archive=f"{stem}_complete_export",
    )


def clean_file_name(wished: str) -> str:
    """Return a wished name without extension, as every system takes it.

    Raises:
        Invalid: It is a path or a program, or nothing is left of it.
    """
    if not wished.strip():
        return ""
    if _HOSTILE.search(wished):
        raise Invalid(
            "filename: it is a path or the name of a program",
            hint="send the name alone, e.g. participants_june",
            field="filename",
        )
    stem = _EXTENSIONS.sub("", _UNSAFE.sub("_", wished.strip()))
    stem = re.sub(r"_{2,}", "_", stem).strip(" .")[:MOST_CHARACTERS].strip(" .")
    if not stem.strip("_"):
        raise Invalid("filename: nothing is left of it", field="filename")
    return stem


def sheet_title(kind: str, at: datetime, wished: str) -> str:
    """Return the name of the sheet.

    Raises:
        Invalid: Excel does not take the one that is wished for.
    """
    if not wished:
        return f"{kind.capitalize()} {_MONTHS.split()[at.month - 1]} {at:%Y}"
    if len(wished) > SHEET_CHARACTERS:
        raise Invalid(
            f"sheet_name: it has {len(wished)} characters, and Excel takes "
            f"{SHEET_CHARACTERS}",
            field="sheet_name",
        )
    if found := _NO_SHEET.search(wished):
        raise Invalid(
            f"sheet_name: it holds {found[0]!r}",
            hint="Excel takes no \\ / ? * [ ] : in the name of a sheet",
            field="sheet_name",
        )
    if wished.strip(" '") != wished or wished.lower() == "history":
        raise Invalid(
            "sheet_name: Excel takes no such name",
            hint="it may not begin or end with an apostrophe or a blank, "
            "and `History` is Excel's own",
            field="sheet_name",
        )
    return wished


def batch_title(title: str, number: int) -> str:
    """Return the name of the sheet in one of several files."""
    ending = f" (Batch {number})"
    return title[: SHEET_CHARACTERS - len(ending)].rstrip() + ending
