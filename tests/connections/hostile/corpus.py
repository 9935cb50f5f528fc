"""Statements that try to do harm, one on each line of a text file."""

from __future__ import annotations

from pathlib import Path

HERE = Path(__file__).parent


def load_statements(dialect: str) -> list[str]:
    r"""Return a dialect's statements; `\n`, `\ufeff` and the like are written out."""
    lines = (HERE / f"{dialect}.txt").read_text(encoding="ascii").splitlines()
    return [line.encode().decode("unicode_escape") for line in lines]


def sample(statements: list[str]) -> list[str]:
    """Return a few of them, from all over the file."""
    return statements[::20]
