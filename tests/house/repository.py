"""The repository's own files, found without git: a clone or an unpacked archive."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDERS = (".ci", "benchmarks", "changes", "docs", "frontend", "src", "tests")
MADE = {"node_modules", "__pycache__", "build", "out"}
"""Folders whose content is made, not written."""


def written_files() -> Iterator[Path]:
    """Yield every file that people wrote: those at the root and in our folders."""
    for path in sorted(ROOT.iterdir()):
        if path.is_file() and path.name not in (".git", ".env", "uv.lock"):
            yield path
        elif path.name in FOLDERS:
            yield from (p for p in sorted(path.rglob("*")) if _is_written(p))


def written_texts() -> Iterator[tuple[str, str]]:
    """Yield (path below the root, content) of every written file that is text."""
    for path in written_files():
        try:
            yield str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a picture


def _is_written(path: Path) -> bool:
    return path.is_file() and not MADE & set(path.relative_to(ROOT).parts)
