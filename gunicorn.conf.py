"""How gunicorn serves Entrepôt: `gunicorn app:app --workers 4 --threads 2`."""

from entrepot.cli import reporting
from entrepot.composition import load_settings
from entrepot.serving import settings as knobs
from entrepot.serving.address import place_of
from entrepot.serving.gunicorn_hooks import on_starting
from entrepot.serving.tls import read_files
from entrepot.web import settings as web_knobs

with reporting():
    _settings = load_settings()
    _files = read_files(_settings)

bind = place_of(_settings[web_knobs.HOST], _settings[web_knobs.PORT])
workers = _settings[knobs.WORKERS]
certfile = str(_files.cert) if _files else None
keyfile = str(_files.key) if _files else None
threads = _settings[knobs.THREADS]
worker_class = "gthread"
timeout = 120  # of a worker that no longer beats; an answer may take longer
graceful_timeout = 8
keepalive = 5
control_socket_disable = True  # it would lie in the person's home, for anyone's command

__all__ = ["on_starting"]
