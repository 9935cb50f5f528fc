"""`gunicorn app:app`, `flask run` and `python app.py` serve the same application."""

from __future__ import annotations

import signal
import sys

import pytest

from tests.house.repository import ROOT
from tests.serving.servers import free_port, run, started, until

PYTHON = (sys.executable,)
GUNICORN = (*PYTHON, "-m", "gunicorn", "app:app", "--workers", "4", "--threads", "2")


def test_gunicorn_serves_with_four_workers_on_an_empty_home(environ):
    """All workers answer at once: the database was made before they began."""
    with started(GUNICORN, free_port(), environ, ROOT) as server:
        until(server.answers)
        answers = [server.get("/api/health") for _ in range(20)]
        code, _, err = server.end()

    assert {status for status, _ in answers} == {200}
    assert all(b'"status":"healthy"' in body for _, body in answers)
    assert code == 0
    assert "Traceback" not in err
    assert err.count("A secret key was made") == 1


@pytest.mark.usefixtures("migrated")
@pytest.mark.fault
@pytest.mark.parametrize("bind", ["0.0.0.0:{port}", "unix:{folder}/socket"])
def test_gunicorn_serves_people_who_sign_in(environ, tmp_path, bind):
    """It binds what it is told; the person at this machine is nobody there."""
    port = free_port()
    command = (*GUNICORN, "--bind", bind.format(port=port, folder=tmp_path))

    with started(command, port, environ, ROOT) as server:
        if bind.startswith("unix"):
            until((tmp_path / "socket").exists)
        else:
            until(server.answers)
            assert server.get("/api/data-products")[0] == 401
        _, _, err = server.end()

    assert "entrepot db create-admin EMAIL makes the first admin" in err


@pytest.mark.fault
@pytest.mark.parametrize("command", [("app.py",), ("-m", "flask", "run"), GUNICORN[1:]])
def test_only_serve_can_be_open(environ, command):
    """A server that cannot tell who stands before it refuses to be open."""
    ended = run((*PYTHON, *command), {**environ, "ENTREPOT_AUTH": "open"}, ROOT)

    assert ended.returncode == 3
    assert "ENTREPOT_AUTH is open, which only `entrepot serve` can be" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.usefixtures("migrated")
@pytest.mark.fault
@pytest.mark.parametrize("command", [("app.py",), ("-m", "flask", "run")])
def test_the_developers_servers_answer(environ, command):
    """`python app.py` listens on PORT, `flask run` where it is told."""
    port = free_port()
    if "flask" in command:
        command = (*command, "--port", str(port))

    with started((*PYTHON, *command), port, environ, ROOT) as server:
        until(server.answers)

        assert server.get("/health") == (200, b'{"status":"healthy"}')
        assert server.end(signal.SIGINT)[0] in (0, 1, -signal.SIGINT)


@pytest.mark.parametrize("command", [("app.py",), GUNICORN[1:]])
def test_a_bad_setting_stops_them_with_one_line(environ, command):
    """No traceback and no workers that die in turn."""
    ended = run((*PYTHON, *command), {**environ, "PORT": "many"}, ROOT)

    assert ended.returncode == 2
    assert "PORT must be a whole number, not 'many'" in ended.stderr
    assert "Traceback" not in ended.stderr
