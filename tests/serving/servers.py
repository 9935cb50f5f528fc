"""Real servers for tests: started as people start them, polled until they answer."""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from tests.house.repository import ROOT
from tests.ports import free_port as free_port

SERVE = (sys.executable, "-m", "entrepot", "serve")
PATIENCE_SECONDS = 120.0


class Server:
    """A running command that serves on a port of loopback."""

    def __init__(self, process: subprocess.Popen[str], port: int) -> None:
        self.process = process
        self.port = port
        self.greeting = ""

    def wait_for_greeting(self) -> None:
        """Wait for its first line: from then on it starts again what dies."""
        assert self.process.stdout is not None
        while self.process.poll() is None and "Entrepôt is at" not in self.greeting:
            self.greeting = self.process.stdout.readline()

    def get(
        self,
        path: str = "/health",
        seconds: float = 5.0,
        headers: Mapping[str, str] | None = None,
    ) -> tuple[int, bytes]:
        """Ask once; return status and body."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=seconds)
        with closing(line):
            line.request("GET", path, headers=headers or {})
            answer = line.getresponse()
            return answer.status, answer.read()

    def answers(self) -> bool:
        """Tell whether it answers now."""
        with suppress(OSError, http.client.HTTPException):
            return self.get()[0] == 200
        return False

    def family(self) -> list[int]:
        """Return the process ids below the command, parents first."""
        return list(_below(self.process.pid))

    def end(self, how: int = signal.SIGTERM) -> tuple[int, str, str]:
        """Send a signal; return exit code, output and error output."""
        self.process.send_signal(how)
        out, err = self.process.communicate(timeout=PATIENCE_SECONDS)
        return self.process.returncode, out, err


@contextmanager
def started(
    command: tuple[str, ...], port: int, environ: Mapping[str, str], folder: Path
) -> Iterator[Server]:
    """Run a command, with PORT if `environ` has none; nothing of it is left over."""
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=surroundings({"PORT": str(port), **environ}),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    server = Server(process, port)
    try:
        yield server
    finally:
        family = server.family()
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.communicate(timeout=15)
        for pid in [process.pid, *family]:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        process.communicate()


def run(
    command: tuple[str, ...], environ: Mapping[str, str], folder: Path
) -> subprocess.CompletedProcess[str]:
    """Run a command that is expected to end by itself."""
    return subprocess.run(
        command,
        cwd=folder,
        env=surroundings(environ),
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )


def surroundings(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of a child: ours, the package findable, and these."""
    found = [str(ROOT / "src"), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(found), **environ}


def until(claim: Callable[[], object], seconds: float = PATIENCE_SECONDS) -> None:
    """Wait until the claim holds, and fail when it does not in time."""
    end = time.monotonic() + seconds
    while not claim():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


def is_alive(pid: int) -> bool:
    """Tell whether a process is there and not a zombie."""
    with suppress(OSError):
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        return state != "Z"
    return False


def _below(pid: int) -> Iterator[int]:
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in map(int, (task / "children").read_text().split()):
                yield child
                yield from _below(child)
