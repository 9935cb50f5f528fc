"""`entrepot serve` speaks HTTPS by itself where it is given the files."""

from __future__ import annotations

import http.client
import json
import ssl
import subprocess
import sys
from contextlib import closing, suppress

import pytest

from tests.house.repository import ROOT
from tests.serving.servers import SERVE, free_port, run, started, until


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """A folder with a certificate of ours, its key, another key, and a locked one."""
    folder = tmp_path_factory.mktemp("tls")
    subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-days", "2", *subject]
    for name in ("mine", "other"):
        paths = ["-keyout", f"{name}.key", "-out", f"{name}.pem"]
        subprocess.run(
            [*make, "-noenc", *paths], cwd=folder, check=True, capture_output=True
        )
    lock = ["openssl", "rsa", "-aes256", "-passout", "pass:x", "-in", "mine.key"]
    subprocess.run(
        [*lock, "-out", "locked.key"], cwd=folder, check=True, capture_output=True
    )
    return folder


def variables(files, cert="mine.pem", key="mine.key"):
    """Return the two variables."""
    return {
        "ENTREPOT_TLS_CERT_FILE": str(files / cert),
        "ENTREPOT_TLS_KEY_FILE": str(files / key),
    }


def ask(port, files):
    """Ask for health over HTTPS; return the answer and what it says."""
    context = ssl.create_default_context(cafile=files / "mine.pem")
    line = http.client.HTTPSConnection("localhost", port, context=context)
    with closing(line):
        line.request("GET", "/api/health")
        answer = line.getresponse()
        return answer, json.loads(answer.read())


def ask_in_clear(port) -> int:
    """Ask for health without TLS; return the status."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) as line:
        line.request("GET", "/api/health")
        return line.getresponse().status


@pytest.mark.usefixtures("migrated")
def test_it_greets_with_https_and_answers(environ, tmp_path, files):
    """A client that trusts the certificate is answered, and remembers to use HTTPS."""
    given = {**environ, **variables(files), "FORCE_HTTPS": "true"}

    with started(SERVE, free_port(), given, tmp_path) as server:
        server.wait_for_greeting()
        answer, told = ask(server.port, files)

    assert server.greeting == (
        f"Entrepôt is at https://127.0.0.1:{server.port}   (Ctrl-C stops it)\n"
    )
    assert (answer.status, told["status"]) == (200, "healthy")
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"


@pytest.mark.parametrize(
    ("cert", "key", "told"),
    [
        ("mine.pem", "other.key", "key values mismatch"),
        ("mine.pem", "locked.key", "are no certificate and its key"),
        ("mine.key", "mine.key", "are no certificate and its key"),
        ("mine.pem", "none.key", "cannot be read: No such file or directory"),
    ],
)
def test_files_that_do_not_fit_stop_the_start(
    environ, tmp_path, files, cert, key, told
):
    """At once, in one line, and without asking for a password."""
    ended = run(SERVE, {**environ, **variables(files, cert, key)}, tmp_path)

    assert (ended.returncode, ended.stdout) == (2, "")
    assert told in ended.stderr
    assert "Traceback" not in ended.stderr


def test_one_file_alone_is_not_enough(environ, tmp_path, files):
    """It would serve in clear what was meant to be secret."""
    given = {**environ, **variables(files), "ENTREPOT_TLS_KEY_FILE": ""}

    ended = run(SERVE, given, tmp_path)

    assert ended.returncode == 2
    assert "ENTREPOT_TLS_KEY_FILE is missing" in ended.stderr


@pytest.mark.usefixtures("migrated")
def test_gunicorn_takes_the_same_files(environ, files):
    """It would serve in clear, too, if it did not know of them: that is no answer."""
    command = (sys.executable, "-m", "gunicorn", "app:app", "--workers", "1")

    def answers():
        with suppress(OSError):
            return ask(server.port, files)[0].status == 200

    given = {**environ, **variables(files)}
    with started(command, free_port(), given, ROOT) as server:
        until(answers)
        answer, told = ask(server.port, files)
        with pytest.raises((OSError, http.client.HTTPException)):
            ask_in_clear(server.port)

    assert (answer.status, told["status"]) == (200, "healthy")
