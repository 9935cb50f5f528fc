"""The files of the migrations: where they lie, their versions and checksums."""

from __future__ import annotations

import ast
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from entrepot.base.errors import UnknownName
from entrepot.operations.errors import BrokenMigration

Number = tuple[int, ...]

HOUSE = Path(__file__).parents[2]
SCRIPTS = HOUSE / "migrations"
"""Alembic's folder: `env.py`, and the migrations that come with the program."""

VERSION = r"\d{8}_\d{6}|\d{1,8}"
_FILE = re.compile(rf"({VERSION})_(\w+)\.py")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One migration: a file whose name begins with its version."""

    version: str
    path: Path

    @property
    def number(self) -> Number:
        """Return the version as numbers, by which steps are ordered and found."""
        return number_of(self.version)

    @property
    def description(self) -> str:
        """Return the first line of the file's docstring, or the words of its name."""
        try:
            told = ast.get_docstring(ast.parse(self.path.read_text(encoding="utf-8")))
        except (SyntaxError, ValueError):
            told = None
        found = _FILE.fullmatch(self.path.name)
        words = found[2].replace("_", " ") if found else self.path.stem
        return (told or words).splitlines()[0].rstrip(".")[:500]

    @property
    def checksum(self) -> str:
        """Return the SHA-256 of the file as it is now."""
        return hashlib.sha256(self.path.read_bytes()).hexdigest()


def number_of(version: str) -> Number:
    """Return a version as numbers: `001` and `0001` are the same."""
    return tuple(int(part) for part in version.split("_"))


def folders(home: Path) -> tuple[Path, ...]:
    """Return where migrations lie: with the program, and in the home if it has any."""
    own = home / "migrations"
    return (SCRIPTS / "versions", *((own,) if own.is_dir() else ()))


def draft_folder(home: Path) -> Path:
    """Return where new migrations go: the checkout we run from, else the home."""
    root = HOUSE.parents[1]
    is_checkout = (root / ".git").exists() and (root / "pyproject.toml").exists()
    return SCRIPTS / "versions" if is_checkout else home / "migrations"


def list_steps(places: Iterable[Path]) -> list[Step]:
    """Return every step, lowest version first, without importing one.

    Raises:
        BrokenMigration: A file has no version in its name, or one has it already.
    """
    steps: dict[Number, Step] = {}
    for path in sorted(p for place in places for p in place.glob("*.py")):
        if path.name.startswith("_"):
            continue
        found = _FILE.fullmatch(path.name)
        if found is None:
            raise BrokenMigration(
                f"{path}: the name does not begin with a version",
                hint="such as 001_what_it_does.py or 20260131_120000_what_it_does.py",
            )
        step = Step(version=found[1], path=path)
        other = steps.setdefault(step.number, step)
        if other is not step:
            raise BrokenMigration(f"{path} and {other.path} have the same version")
    return [steps[number] for number in sorted(steps)]


def find_number(text: str, steps: Iterable[Step]) -> Number:
    """Return the number that a person means; `base` and `000` are before the first.

    Raises:
        UnknownName: No step has it.
    """
    if text == "base" or (text.isdigit() and int(text) == 0):
        return (0,)
    known = {step.number: step.version for step in steps}
    number = number_of(text) if re.fullmatch(VERSION, text) else None
    if number is None or number not in known:
        raise UnknownName("migration", text[:100], [*known.values(), "base"])
    return number
