"""`entrepot serve`: starts, says where, says why not, stops."""

from __future__ import annotations

import signal
import socket
from pathlib import Path

import pytest

from tests.serving.servers import SERVE, free_port, is_alive, run, started, until


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_it_says_where_it_is_and_stops_when_told(server, how):
    """One line with the address; Ctrl-C and SIGTERM end all of it with code 0."""
    family = server.family()
    assert len(family) == 3  # the server and its two workers

    code, out, _ = server.end(how)

    assert server.greeting == (
        f"Entrepôt is at http://127.0.0.1:{server.port}   (Ctrl-C stops it)\n"
    )
    assert code == 0
    assert [line for line in out.splitlines() if '"GET /health' not in line] == []
    assert [pid for pid in family if is_alive(pid)] == []


def test_a_quiet_start_has_nothing_to_complain_about(environ, tmp_path):
    """The second start says nothing on stderr; the first one tells of the new key."""
    errors = []
    for _ in range(2):
        with started(SERVE, free_port(), environ, tmp_path) as server:
            until(server.answers)
            server.get("/api/nothing")
            errors.append(server.end()[2])

    assert errors[0].startswith("entrepot warning: A secret key was made")
    assert errors[0].count("\n") == 1
    assert errors[1] == ""


@pytest.mark.usefixtures("migrated")
def test_options_go_before_variables(environ, tmp_path):
    """--port holds where PORT says something else."""
    port = free_port()
    command = (*SERVE, "--port", str(port), "--workers", "1", "--no-worker")

    with started(command, free_port(), environ, tmp_path) as server:
        server.port = port
        until(server.answers)

        assert len(server.family()) == 2


@pytest.mark.parametrize("shares", [False, True], ids=["plain", "SO_REUSEPORT"])
def test_a_taken_port_is_said_at_once(environ, tmp_path, shares):
    """Also a server that would share the port is noticed, and is left alone."""
    with socket.socket() as other:
        if shares:
            other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        ended = run(SERVE, {**environ, "PORT": str(port)}, tmp_path)

    assert (ended.returncode, ended.stdout) == (5, "")
    assert ended.stderr == (
        f"In conflict with what is there: port {port} is taken by another server\n"
        f"stop it, or choose another port: PORT={port + 1}\n"
    )


@pytest.mark.usefixtures("migrated")
def test_a_second_server_is_refused_while_the_first_starts(environ, tmp_path):
    """The port is held from the first moment, not from the first answer."""
    with started(SERVE, free_port(), environ, tmp_path) as first:
        until(first.family)

        second = run(SERVE, {**environ, "PORT": str(first.port)}, tmp_path)

        assert second.returncode == 5
        until(first.answers)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.org"])
def test_what_others_can_reach_is_not_open(environ, tmp_path, host):
    """An open server is for the person at this machine only, and says so."""
    given = {**environ, "HOST": host, "ENTREPOT_AUTH": "open"}

    ended = run(SERVE, given, tmp_path)

    assert (ended.returncode, ended.stdout) == (3, "")
    assert ended.stderr == (
        f"Not allowed: ENTREPOT_AUTH is open, and others can reach {host!r}\n"
        "set HOST=127.0.0.1, or ENTREPOT_AUTH=required\n"
    )
    assert not Path(environ["ENTREPOT_HOME"]).exists()


@pytest.mark.usefixtures("migrated")
@pytest.mark.parametrize(
    "given", [{"HOST": "0.0.0.0"}, {"ENTREPOT_AUTH": "required"}], ids=str
)
def test_elsewhere_and_where_it_is_required_people_sign_in(environ, tmp_path, given):
    """The person at this machine is nobody there; the start says what to do."""
    with started(SERVE, free_port(), {**environ, **given}, tmp_path) as server:
        server.wait_for_greeting()
        health = server.get("/api/health")
        inside = server.get("/api/data-products")
        _, _, err = server.end()

    assert (health[0], inside[0]) == (200, 401)
    assert b'"checks":{}' in health[1]
    assert "entrepot db create-admin EMAIL makes the first admin" in err


@pytest.mark.parametrize(
    ("variable", "value", "code", "told"),
    [
        ("PORT", "x", 2, "PORT must be a whole number, not 'x'"),
        ("ENTREPOT_HMOE", "x", 2, "there is no setting named 'ENTREPOT_HMOE'"),
        ("ENTREPOT_ROOMS", "kitchen", 2, "there is no room named 'kitchen'"),
        ("SECRET_KEY", "brief", 2, "SECRET_KEY is too short"),
        ("ENTREPOT_HOME", "/dev/null/x", 2, "cannot be kept: Not a directory"),
        ("DATABASE_URL", "nonsense", 2, "DATABASE_URL is not the address"),
        ("HOST", "127.0.0.1x", 2, "cannot listen on '127.0.0.1x'"),
        ("ENTREPOT_AUTH", "maybe", 2, "must be one of open, required"),
        ("JWT_SECRET_KEY", "brief", 2, "JWT_SECRET_KEY is too short"),
    ],
)
def test_what_is_wrong_stops_the_start(environ, tmp_path, variable, value, code, told):
    """One line says what, the next what to do; no traceback, no crash loop."""
    environ = {**environ, "PORT": str(free_port()), variable: value}

    ended = run(SERVE, environ, tmp_path)

    assert (ended.returncode, ended.stdout) == (code, "")
    assert told in ended.stderr.splitlines()[-2]
    assert "Traceback" not in ended.stderr


@pytest.mark.usefixtures("migrated")
def test_dotenv_beside_the_command_is_read(environ, tmp_path):
    """`.env` in the working directory gives the port where the environment has none."""
    port = free_port()
    (tmp_path / ".env").write_text(f"PORT={port}\nENTREPOT_SERVING_WORKERS_COUNT=1\n")

    with started(
        (*SERVE, "--no-worker"), port, {**environ, "PORT": ""}, tmp_path
    ) as server:
        until(server.answers)

        assert len(server.family()) == 2
