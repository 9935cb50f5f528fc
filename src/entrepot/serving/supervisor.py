"""The process that `entrepot serve` is: it keeps a server process alive."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

STOP_SECONDS = 8.0
"""What the processes have to stop by themselves before they are killed."""

FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30.0
CALM_SECONDS = 60.0
"""After so long a life a death counts as the first one again."""

_LOOK_SECONDS = 0.1
_FIRST_LOOK_SECONDS = 0.02

Child = subprocess.Popen[bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Supervisor:
    """Keeps a server process on an address, and a worker, until it is told to stop.

    Attributes:
        module: Run by Python with our process id as its argument.
        worker: The same for the worker, which begins after the first answer; empty
            for none.
        environ: For both.
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
    worker: str = ""
    is_tls: bool = False
    stopped: threading.Event = field(default_factory=threading.Event)

    def run(self) -> int:
        """Serve until SIGINT or SIGTERM; return the exit code.

        A server process that ends by itself before its first answer is not started
        again: what stopped it would stop the next one, and it has said what it was.
        """
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: self.stopped.set())
        server = _Kept("server", self.module, self.environ, self.tell)
        kept = [server]
        try:
            if self._wait_for_answer(server.child):
                self.when_ready()
                if self.worker:
                    kept.append(_Kept("worker", self.worker, self.environ, self.tell))
                while not self.stopped.wait(_LOOK_SECONDS):
                    for one in kept:
                        one.look()
        finally:
            _end([one.child for one in kept])
        return 0 if self.stopped.is_set() else server.child.returncode or 1

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


class _Kept:
    """A child that is started again after each death, a while later each time."""

    def __init__(
        self,
        name: str,
        module: str,
        environ: Mapping[str, str],
        tell: Callable[[str], None],
    ) -> None:
        self._name, self._module = name, module
        self._environ, self._tell = environ, tell
        self._pause = FIRST_PAUSE_SECONDS
        self._again_at: float | None = None
        self._start()

    def look(self) -> None:
        """Start it again if it died, and if its pause is over."""
        if self._again_at is not None:
            if time.monotonic() >= self._again_at:
                self._again_at = None
                self._start()
        elif self.child.poll() is not None:
            self._mourn()

    def _mourn(self) -> None:
        if time.monotonic() - self._born > CALM_SECONDS:
            self._pause = FIRST_PAUSE_SECONDS
        code = self.child.returncode
        self._tell(f"the {self._name} died ({code}); again in {self._pause:g} s")
        self._again_at = time.monotonic() + self._pause
        self._pause = min(self._pause * 2, LONGEST_PAUSE_SECONDS)

    def _start(self) -> None:
        # A session of its own: Ctrl-C reaches us alone, and we stop it in good order.
        command = [sys.executable, "-P", "-m", self._module, str(os.getpid())]
        self.child: Child = subprocess.Popen(
            command,
            env=dict(self._environ),
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._born = time.monotonic()


def _end(children: Sequence[Child]) -> None:
    for child in children:
        child.terminate()
    ends = time.monotonic() + STOP_SECONDS
    for child in children:
        try:
            child.wait(max(0.1, ends - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
