"""Where the members of a document stand in its text."""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import dataclass

Path = tuple[str | int, ...]
"""From the document to a member: names, and numbers in lists."""

_KEY = re.compile(r'[A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'')
_TEXT = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'', re.S
)
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
_BARE = re.compile(r"[^,\]}#\n]*")
_TOML_SPACE = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_SPACE = re.compile(r"[ \t\r\n]*")


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A line and a column in it, both from 1."""

    line: int
    column: int


class Places:
    """The places of a text's members, which has been found to be without fault.

    Attributes:
        repeated: Members of JSON objects that stand there twice.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._starts: dict[Path, int] = {(): 0}
        self._values: dict[Path, tuple[int, int]] = {}
        self.repeated: list[Path] = []

    def of(self, path: Path) -> Place:
        """Return where a member stands, or what holds it where it is not there."""
        while path not in self._starts:
            path = path[:-1]
        return place_of(self._text, self._starts[path])

    def value_of(self, path: Path) -> tuple[int, int]:
        """Return where a value begins and ends."""
        return self._values[path]

    def _note(self, path: Path) -> None:
        self._starts.setdefault(path, self._at)

    def _skip(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self._text, self._at)
        found = match[0] if match else ""
        self._at += len(found)
        return found

    def _sign(self) -> str:
        return self._text[self._at : self._at + 1]


def place_of(text: str, start: int) -> Place:
    """Return line and column of a character."""
    line_start = text.rfind("\n", 0, start) + 1
    return Place(text.count("\n", 0, start) + 1, start - line_start + 1)


class JsonPlaces(Places):
    """Places in a JSON text."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._value(())

    def _value(self, path: Path) -> None:
        self._skip(_SPACE)
        self._note(path)
        start, sign = self._at, self._sign()
        if sign == "{":
            self._members(path)
        elif sign == "[":
            self._items(path)
        elif sign == '"':
            self._string()
        else:
            self._skip(_BARE)
        self._values[path] = (start, self._at)

    def _string(self) -> str:
        written = self._skip(_STRING)
        return str(json.loads(written))

    def _members(self, path: Path) -> None:
        while self._next("}"):
            start = self._at
            member = (*path, self._string())
            if member in self._starts:
                self.repeated.append(member)
            self._starts[member] = start
            self._skip(_SPACE)
            self._at += 1  # the colon
            self._value(member)

    def _items(self, path: Path) -> None:
        number = 0
        while self._next("]"):
            self._value((*path, number))
            number += 1

    def _next(self, end: str) -> bool:
        """Step over what opens or separates; say no at the end, and step over it."""
        if self._sign() != end:
            self._at += 1
            self._skip(_SPACE)
        is_end = self._sign() == end
        if is_end:
            self._at += 1
            self._skip(_SPACE)
        return not is_end


class TomlPlaces(Places):
    """Places in a TOML text."""

    def __init__(self, text: str) -> None:
        super().__init__(text.replace("\r\n", "\n"))
        self._lengths: dict[Path, int] = {}
        table: Path = ()
        while self._after_space():
            table = self._header() if self._sign() == "[" else self._pair(table)

    def _after_space(self) -> bool:
        self._skip(_TOML_SPACE)
        return self._at < len(self._text)

    def _header(self) -> Path:
        start = self._at
        is_list = self._text.startswith("[[", start)
        self._at += 1 + is_list
        path = self._keys((), start)
        self._at += 1 + is_list
        if not is_list:
            return path
        number = self._lengths[path] = self._lengths.get(path, -1) + 1
        self._starts.setdefault((*path, number), start)
        return (*path, number)

    def _keys(self, path: Path, start: int | None = None) -> Path:
        """Read a key with its dots; return the path of what it names."""
        while True:
            self._skip(_SPACE)
            if path in self._lengths:
                path = (*path, self._lengths[path])
            began = self._at if start is None else start
            path = (*path, _plain(self._skip(_KEY)))
            self._starts.setdefault(path, began)
            self._skip(_SPACE)
            if self._sign() != ".":
                return path
            self._at += 1

    def _pair(self, table: Path) -> Path:
        member = self._keys(table)
        self._at += 1  # the equals sign
        self._value(member)
        return table

    def _value(self, path: Path) -> None:
        self._skip(_SPACE)
        self._note(path)
        start, sign = self._at, self._sign()
        if sign == "[":
            self._items(path)
        elif sign == "{":
            self._inline(path)
        else:
            self._skip(_TEXT if sign in "\"'" else _BARE)
        self._values[path] = (start, self._at)

    def _items(self, path: Path) -> None:
        number = 0
        while self._next("]"):
            self._value((*path, number))
            number += 1

    def _inline(self, path: Path) -> None:
        while self._next("}"):
            self._pair(path)

    def _next(self, end: str) -> bool:
        """Step over what opens or separates; say no at the end, and step over it."""
        self._skip(_TOML_SPACE)
        if self._sign() != end:
            self._at += 1
            self._skip(_TOML_SPACE)
        is_end = self._sign() == end
        self._at += is_end
        return not is_end


def _plain(key: str) -> str:
    if key[:1] not in "\"'":
        return key
    return str(tomllib.loads(f"k={key}")["k"])
