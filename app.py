"""The WSGI application: `gunicorn app:app`, `flask run`, `python app.py`."""

from entrepot.app import create_app

app = create_app()
