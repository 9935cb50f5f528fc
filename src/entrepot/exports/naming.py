"""From what people call a source to the name of a file."""

from __future__ import annotations

import re

MOST_BYTES = 150
"""Short enough for every file system, with room for a temporary file's additions."""

_UNSAFE = re.compile(
    r'[\x00-\x1f\x7f-\x9f<>:"/\\|?*\u202a-\u202e\u2066-\u2069\ud800-\udfff]+'
)
_DEVICE = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)


def file_name(title: str, extension: str) -> str:
    """Return a name that Linux, macOS and Windows accept, as near the title as may be.

    Never empty, never hidden, never with a folder in it.
    """
    stem = _UNSAFE.sub("_", title).strip(" .")
    stem = stem.encode()[:MOST_BYTES].decode(errors="ignore").rstrip(" .")
    if _DEVICE.match(stem):
        stem = f"_{stem}"
    return f"{stem or 'export'}.{extension}"
