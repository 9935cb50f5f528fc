"""Files and functions stay small enough to be read."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.house.repository import ROOT

FILE_LINES, FUNCTION_LINES = 400, 40
FILES = [p for p in sorted((ROOT / "src").rglob("*.py")) if "versions" not in p.parts]
"""Without migrations: one is written once and read from top to bottom."""


def too_long(path: Path) -> Iterator[str]:
    """Yield a line for the file and for each of its functions that is over."""
    text = path.read_text(encoding="utf-8")
    lines = len(text.splitlines())
    if lines > FILE_LINES:
        yield f"{path.name}: {lines} lines"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or 0) - node.lineno + 1
            if lines > FUNCTION_LINES:
                yield f"{path.name}:{node.lineno}: {node.name} has {lines} lines"


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT))[-40:])
def test_nothing_is_too_long(path):
    """At most 400 lines a file and 40 a function."""
    assert list(too_long(path)) == []


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("x = 1\n" * 401, "x.py: 401 lines"),
        ("def f():\n" + "    x = 1\n" * 40, "x.py:1: f has 41 lines"),
    ],
)
def test_the_check_bites(tmp_path, text, complaint):
    """One line too many is found."""
    path = tmp_path / "x.py"
    path.write_text(text)

    assert list(too_long(path)) == [complaint]
