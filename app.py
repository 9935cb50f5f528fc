"""The WSGI application: `gunicorn app:app`, `flask run`, `python app.py`."""

from entrepot.serving.entry import app

if __name__ == "__main__":
    from entrepot.serving.develop import run

    run(app)
