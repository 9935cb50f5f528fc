"""The channels there are."""

from __future__ import annotations

from entrepot.base.registry import Registry
from entrepot.delivery.spec import Channel

CHANNELS: Registry[Channel] = Registry(
    "channel", "entrepot.delivery.channels", "CHANNEL"
)
