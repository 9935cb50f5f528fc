"""The plan of the house, checked against the imports that are really there."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import entrepot
from entrepot.rooms import COMPOSITION, ENGINES, FACES, GROUND, PARTS, ROOMS

SRC = Path(entrepot.__file__).parent
USES = {room.name: room.uses for room in ROOMS}
INNER = {
    room.name: [[p.stem] for p in (SRC / room.name).iterdir() if p.stem[0] != "_"]
    for room in ROOMS
}
"""The modules and folders inside each room, which other rooms do not see."""

OUTSIDE = {"flask", "werkzeug", "click"}
"""Libraries that only faces, `web`, `app.py` and `cli.py` may import."""

HASHES = "werkzeug.security."
"""Password hashes, which the documents fix; nothing of the web is in it."""


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Yield (line, dotted name) of every import in a file, also inside functions."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: relative import"
            for alias in node.names:
                yield node.lineno, f"{node.module}.{alias.name}"


def is_own(here: tuple[str, ...], name: list[str]) -> bool:
    """Tell whether a module of the part's own package is meant."""
    return name[:3] == [*here[:3]] and len(here) > 3


def wrongs(path: Path) -> Iterator[str]:
    """Yield one line for each import of `path` that the plan does not allow."""
    here = path.relative_to(SRC).with_suffix("").parts
    room = here[0] if len(here) > 1 else ""
    if room in COMPOSITION:
        room = ""
    face = len(here) > 1 and here[1] in FACES
    part = len(here) > 2 and here[1] in (*PARTS, ENGINES)
    for line, name in imports(path):
        top, *rest = name.split(".")
        at = f"{'/'.join(here)}:{line}: {name}"
        is_outside = top in OUTSIDE and not name.startswith(HASHES)
        if is_outside and not (face or room in ("", "web")):
            yield f"{at}: only faces know {top}"
        if top != "entrepot" or not rest:
            continue
        known = rest[0] == "base" or rest[:2] in ([room, "spec"], [room, ENGINES])
        if part and not known and not is_own(here, rest):
            yield f"{at}: a part knows only base and its spec"
        if room in ("", rest[0]):
            continue
        if rest[0] == "rooms" and room not in GROUND and not part:
            continue  # the plan itself says what rooms there are
        if room == "base" or (room == "web" and rest[0] != "base"):
            yield f"{at}: the ground floor knows no room"
        elif rest[0] == "web" and not face:
            yield f"{at}: only faces use web"
        elif rest[0] not in GROUND and rest[0] not in USES[room]:
            yield f"{at}: {room} does not use {rest[0]}"
        elif rest[0] not in GROUND and (len(rest) > 2 or rest[1:] in INNER[rest[0]]):
            yield f"{at}: enter {rest[0]} by its front door"


def test_rooms_are_the_folders():
    """Every folder is in the table and every entry of the table is a folder."""
    folders = {path.parent.name for path in SRC.glob("*/__init__.py")}

    assert folders - set(COMPOSITION) == {room.name for room in ROOMS} | set(GROUND)


def test_rooms_use_lower_rooms_only():
    """The table is a tree read from the bottom: no room uses a later one."""
    seen: set[str] = set()
    for room in ROOMS:
        assert set(room.uses) <= seen, f"{room.name} uses a room above it"
        seen.add(room.name)


@pytest.mark.parametrize("path", sorted(SRC.rglob("*.py")), ids=lambda p: str(p)[-40:])
def test_imports_follow_the_plan(path):
    """Each file imports only what `entrepot/rooms.py` allows."""
    assert list(wrongs(path)) == []


def test_a_part_may_be_a_package_of_its_own(tmp_path, monkeypatch):
    """The modules of one part know each other."""
    folder = tmp_path / "exports" / "formats" / "csv"
    folder.mkdir(parents=True)
    monkeypatch.setattr(f"{__name__}.SRC", tmp_path)
    for name in ("__init__.py", "quotes.py"):
        (folder / name).write_text("from entrepot.exports.formats.csv import lines")

        assert list(wrongs(folder / name)) == []


@pytest.mark.parametrize(
    ("file", "code", "complaint"),
    [
        ("exports/formats/x.py", "import flask", "only faces know flask"),
        (
            "exports/formats/x.py",
            "from entrepot.exports.service import export",
            "only base and its spec",
        ),
        (
            "exports/formats/csv/__init__.py",
            "from entrepot.exports.formats.json import write",
            "only base and its spec",
        ),
        (
            "feeds/engines/x.py",
            "from entrepot.feeds.reading.plan import Plan",
            "only base and its spec",
        ),
        ("base/x.py", "import entrepot.exports", "the ground floor knows no room"),
        ("base/x.py", "from entrepot.rooms import ROOMS", "ground floor knows no room"),
        ("exports/formats/x.py", "import entrepot.rooms", "only base and its spec"),
        ("connections/x.py", "import entrepot.exports", "does not use exports"),
        ("exports/x.py", "import entrepot.web.problems", "only faces use web"),
        (
            "exports/x.py",
            "def f():\n from entrepot.connections.service import translate",
            "by its front door",
        ),
        (
            "exports/x.py",
            "from entrepot.connections import service",
            "by its front door",
        ),
    ],
)
def test_the_check_bites(tmp_path, monkeypatch, file, code, complaint):
    """Each rule catches the import that it is there for."""
    path = tmp_path / file
    path.parent.mkdir(parents=True)
    path.write_text(code)
    monkeypatch.setattr(f"{__name__}.SRC", tmp_path)

    assert complaint in "".join(wrongs(path))
