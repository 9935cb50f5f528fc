"""The application as every server loads it."""

from __future__ import annotations

from entrepot.app import create_app
from entrepot.cli import reporting
from entrepot.serving import stderr

stderr.listen()
with reporting():
    app = create_app()
