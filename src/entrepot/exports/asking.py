"""A request for an export, from a file."""

from __future__ import annotations

from pathlib import Path

import msgspec

from entrepot.base.errors import Invalid
from entrepot.exports.wanted import ExportRequest


def load_request(path: Path) -> ExportRequest:
    """Read a request of JSON, or of TOML where the file's name ends so.

    Raises:
        Invalid: It is not JSON or TOML, or no request.
    """
    text = path.read_bytes()
    try:
        if path.suffix == ".toml":
            return msgspec.toml.decode(text, type=ExportRequest)
        return msgspec.json.decode(text, type=ExportRequest)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise Invalid(f"{path} holds no request: {error}") from error
