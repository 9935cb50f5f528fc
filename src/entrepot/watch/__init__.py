"""Room: logs and what they tell."""

from entrepot.watch.models import SystemLog

__all__ = ["SystemLog"]
