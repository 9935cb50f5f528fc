"""The application as every server loads it."""

from __future__ import annotations

from entrepot.app import create_app
from entrepot.base import events
from entrepot.cli import reporting
from entrepot.serving import stderr

events.listen(stderr.show)
with reporting():
    app = create_app()
