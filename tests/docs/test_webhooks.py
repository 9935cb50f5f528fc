"""The verifying snippets of the page on webhooks, run as they stand there."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from entrepot.delivery.channels.webhook import signature

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "webhooks.md"
SECRET, BODY = "a secret of some length", '{"title":"Orders – 1 row"}'.encode()
CALL = {
    "python": (
        "import sys\nbody = sys.stdin.buffer.read()\n"
        "print(is_from_entrepot(body, *sys.argv[1:3]))"
    ),
    "php": (
        "$body = file_get_contents('php://stdin');\n"
        "echo is_from_entrepot($body, $argv[1], $argv[2]) ? 'True' : 'False';"
    ),
}
PROGRAM = {"python": [sys.executable], "php": ["php"]}


@pytest.fixture(params=sorted(PROGRAM))
def verify(request, tmp_path):
    """A function that asks the page's snippet about a body and a header."""
    language = request.param
    found = re.search(rf"```{language}\n(.*?)```", PAGE.read_text(), re.DOTALL)
    file = tmp_path / f"verify.{language}"
    file.write_text(f"{found[1]}\n{CALL[language]}\n")

    def ask(body, header, secret=SECRET):
        command = [*PROGRAM[language], str(file), header, secret]
        done = subprocess.run(command, input=body, capture_output=True, timeout=60)
        assert (done.returncode, done.stderr) == (0, b"")
        return {"True": True, "False": False}[done.stdout.decode().strip()]

    return ask


def test_the_snippet_knows_what_is_ours(verify):
    """Ours and new is let in, by either language; nothing else is."""
    at = int(time.time())
    good = signature(SECRET, at, BODY)

    assert verify(BODY, good)
    assert verify(BODY, signature(SECRET, at - 250, BODY))
    assert not verify(BODY + b" ", good)
    assert not verify(BODY, good, secret="another secret")
    assert not verify(BODY, signature(SECRET, at - 400, BODY))
    assert not verify(BODY, signature(SECRET, at + 400, BODY))
    assert not verify(BODY, good.replace(f"t={at}", f"t={at + 1}"))


@pytest.mark.parametrize(
    "header", ["", "v1=", "t=,v1=", "t=x,v1=y", "t=²,v1=é", "t=1", ",,,=,"]
)
def test_the_snippet_bears_any_header(verify, header):
    """What is no signature is refused, not an error."""
    assert not verify(BODY, header)
