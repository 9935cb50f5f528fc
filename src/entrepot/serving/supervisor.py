"""The process that `entrepot serve` is: it keeps a server process alive."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

STOP_SECONDS = 8.0
"""What the server process has to stop by itself before it is killed."""

FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30.0
CALM_SECONDS = 60.0
"""After so long a life a death counts as the first one again."""

_LOOK_SECONDS = 0.1
_FIRST_LOOK_SECONDS = 0.02

Child = subprocess.Popen[bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Supervisor:
    """Keeps one server process on an address until it is told to stop.

    Attributes:
        module: Run by Python with our process id as its argument.
        environ: For the server process.
        when_ready: Called once, after the first answer.
        tell: Shows a line to the person at the terminal.
        is_tls: The server speaks HTTPS.
    """

    host: str
    port: int
    module: str
    environ: Mapping[str, str]
    when_ready: Callable[[], None]
    tell: Callable[[str], None]
    is_tls: bool = False
    stopped: threading.Event = field(default_factory=threading.Event)

    def run(self) -> int:
        """Serve until SIGINT or SIGTERM; return the exit code.

        A server process that ends by itself before its first answer is not started
        again: what stopped it would stop the next one, and it has said what it was.
        """
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: self.stopped.set())
        child = self._start()
        try:
            if self._wait_for_answer(child):
                self.when_ready()
                child = self._keep(child)
        finally:
            _end(child)
        return 0 if self.stopped.is_set() else child.returncode or 1

    def _keep(self, child: Child) -> Child:
        """Start it again after each death, until we are stopped."""
        pause, born = FIRST_PAUSE_SECONDS, time.monotonic()
        while not self.stopped.wait(_LOOK_SECONDS):
            if child.poll() is None:
                continue
            if time.monotonic() - born > CALM_SECONDS:
                pause = FIRST_PAUSE_SECONDS
            self.tell(f"the server died ({child.returncode}); again in {pause:g} s")
            if not self.stopped.wait(pause):
                child, born = self._start(), time.monotonic()
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
        return child

    def _start(self) -> Child:
        # A session of its own: Ctrl-C reaches us alone, and we stop it in good order.
        command = [sys.executable, "-P", "-m", self.module, str(os.getpid())]
        return subprocess.Popen(
            command,
            env=dict(self.environ),
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )

    def _wait_for_answer(self, child: Child) -> bool:
        """Tell whether it answered, or is to be started again."""
        while not self.stopped.wait(_FIRST_LOOK_SECONDS):
            if child.poll() is not None:
                return child.returncode < 0  # killed, perhaps after it answered others
            if _answers(self.host, self.port, is_tls=self.is_tls):
                return True
        return False


def _answers(host: str, port: int, *, is_tls: bool) -> bool:
    asked = b"GET /health HTTP/1.0\r\nHost: localhost\r\n\r\n"
    with suppress(OSError), _connected(host, port, is_tls=is_tls) as line:
        line.sendall(asked)
        # 403 is an answer, too: a list may keep this machine out.
        return line.recv(12)[-4:] in (b" 200", b" 403")
    return False


def _connected(host: str, port: int, *, is_tls: bool) -> socket.socket:
    line = socket.create_connection((host, port), timeout=5)
    if not is_tls:
        return line
    # Nobody checks the name: it is our own child, and the name is other people's.
    import ssl

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    try:
        return context.wrap_socket(line)
    except BaseException:
        line.close()
        raise


def _end(child: Child) -> None:
    child.terminate()
    try:
        child.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
