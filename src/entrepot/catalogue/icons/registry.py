"""The icon engines, by name."""

from __future__ import annotations

from entrepot.base.registry import Registry
from entrepot.catalogue.icons.spec import IconEngine

ENGINES: Registry[IconEngine] = Registry(
    "icon engine", "entrepot.catalogue.icons.engines", "ENGINE"
)
