"""The application for gunicorn, `flask run` and `python app.py`."""

from __future__ import annotations

from entrepot.serving.loading import load

app = load(by_serve=False)
