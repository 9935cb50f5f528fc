"""PHP's client, called from here."""

from __future__ import annotations

import base64
import json
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


class Thrown(Exception):
    """What the client threw; `said` holds all that it tells of it."""

    def __init__(self, said: dict[str, Any]) -> None:
        super().__init__(said["message"])
        self.said = said


@dataclass
class Php:
    """A client of one server; its methods are PHP's.

    Attributes:
        is_latin1: Texts reach the method as ISO-8859-1, and so not as UTF-8.
    """

    url: str
    key: str = ""
    timeout: int = 60
    settings: dict[str, Any] = field(default_factory=dict)
    is_latin1: bool = False
    peak_bytes: int = 0

    def call(self, method: str, *arguments: object) -> Any:
        """Return a method's value, bytes where it is a text, or raise `Thrown`."""
        asked = {
            "url": self.url,
            "key": self.key,
            "timeout": self.timeout,
            "settings": {"poll_seconds": 0.05, **self.settings},
            "method": method,
            "is_latin1": self.is_latin1,
            "arguments": arguments,
        }
        said = json.loads(self._run(json.dumps(asked)))
        self.peak_bytes = said["peak_bytes"]
        if "error" in said:
            raise Thrown(said["error"])
        return base64.b64decode(said["base64"]) if "base64" in said else said["value"]

    def _run(self, asked: str) -> str:
        done = subprocess.run(
            ["php", "-d", "memory_limit=1G", str(HERE / "call.php")],
            input=asked,
            capture_output=True,
            text=True,
            timeout=180,
        )
        assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr
        return done.stdout
