"""Entrepôt as people run it: the command, and a server in a process of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.ports import free_port

ROOT = Path(__file__).parents[1]
PATIENCE_SECONDS = 180


@dataclass(frozen=True, slots=True)
class Installation:
    """A data folder and a working directory; commands run there."""

    folder: Path
    port: int
    variables: Mapping[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """Where the server is, once it runs."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def environ(self) -> Mapping[str, str]:
        """The environment of every command."""
        source = os.pathsep.join([str(ROOT / "src"), os.environ.get("PYTHONPATH", "")])
        return {
            **os.environ,
            "PYTHONPATH": source.rstrip(os.pathsep),
            "ENTREPOT_HOME": str(self.folder / "entrepot-data"),
            "CONFIG_DIR": str(self.folder / "config"),
            "PORT": str(self.port),
            **self.variables,
        }

    def run(self, *arguments: str | Path) -> str:
        """Run `entrepot …`; return what it printed. It must end well."""
        done = subprocess.run(
            [sys.executable, "-m", "entrepot", *arguments],
            cwd=self.folder,
            env=self.environ,
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


def new_installation(folder: Path, **variables: str) -> Installation:
    """Return an empty installation whose server will use a free port."""
    return Installation(folder, free_port(), variables)


@contextmanager
def serving(installation: Installation) -> Iterator[str]:
    """Give the address of `entrepot serve`, which runs until the block ends."""
    process = subprocess.Popen(
        [sys.executable, "-m", "entrepot", "serve"],
        cwd=installation.folder,
        env=installation.environ,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        said = "["
        while said.startswith("["):  # its workers' lines may come first
            said = process.stdout.readline()  # it says where it is when it answers
        assert installation.url in said, f"the server said {said!r}"
        yield installation.url
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=PATIENCE_SECONDS)


def run_alone(
    program: str, environ: Mapping[str, str], folder: Path, before: str = "true"
) -> list[str]:
    """Run a program where its mounts are nobody else's; return the lines it printed.

    It must end well and say nothing on stderr.

    Args:
        before: What the shell does first, such as mounting.
    """
    alone = ["unshare", "--mount"] + (["--map-root-user"] if os.geteuid() else [])
    shell = ["sh", "-c", before + ' && exec "$0" -c "$1"']
    done = subprocess.run(
        [*alone, *shell, sys.executable, program],
        env=environ,
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.splitlines()
