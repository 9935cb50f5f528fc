"""The application as every server loads it."""

from __future__ import annotations

from entrepot.app import create_app
from entrepot.serving import stderr

stderr.listen()
app = create_app()
