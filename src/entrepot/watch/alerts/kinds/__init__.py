"""The kinds of rules, one file each."""

from __future__ import annotations

from entrepot.base.registry import Registry
from entrepot.watch.alerts.spec import Kind

KINDS: Registry[Kind] = Registry("kind of rule", "entrepot.watch.alerts.kinds", "KIND")
