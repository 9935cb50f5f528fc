"""The export formats, by name."""

from __future__ import annotations

from entrepot.base.registry import Registry
from entrepot.exports.spec import ExportFormat

FORMATS: Registry[ExportFormat] = Registry(
    "export format", "entrepot.exports.formats", "FORMAT"
)
