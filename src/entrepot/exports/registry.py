"""The export formats, by name."""

from __future__ import annotations

from entrepot.base.registry import Registry
from entrepot.exports.spec import ExportFormat

FORMATS: Registry[ExportFormat] = Registry(
    "export format", "entrepot.exports.formats", "FORMAT"
)


def file_media_types() -> tuple[str, ...]:
    """Return the media types that an exported file may have."""
    packed = ("application/zip", "application/gzip")
    return (*(format.media_type for format in FORMATS), *packed)
