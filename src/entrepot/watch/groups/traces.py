"""Stack traces of Python and of browsers, read back into what they tell."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

FRAMES = 6
"""Of a trace, the innermost: those that tell causes apart, and are never cut off."""
OURS = "entrepot"
_FOREIGN = ("site-packages/", "dist-packages/", "/lib/python3")

_FRAME = re.compile(
    r'\s*File "(?P<file>[^"]+)", line (?P<line>\d+)(?:, in (?P<in>.+))?'
)
_TYPE = re.compile(r"(?P<type>[A-Za-z_][\w.]*)(?:: (?P<said>.*))?", re.DOTALL)
_MARKS = re.compile(r"[\s~^]*")
# Chrome: `at f (https://host/a.js:3:7)`; others: `f@https://host/a.js:3:7`.
_BROWSER = re.compile(
    r"\s*(?:at (?P<f>[^\s(]+) \(|at |(?P<g>[^@\s]*)@)"
    r"(?P<file>[^\s()]+?)(?::\d+)?(?::\d+)?\)?\s*"
)
_HASH = re.compile(r"-[A-Z0-9]{8}(?=\.js$)")
_BROWSER_TYPE = re.compile(r"(?:Uncaught (?:\(in promise\) )?)?(?P<type>\w*Error)\b")


@dataclass(frozen=True, slots=True)
class Frame:
    """One call of a trace: the file from its package on, the function, its text."""

    file: str
    function: str
    line: int = 0
    text: str = ""
    is_ours: bool = False

    def __str__(self) -> str:
        """Return it as people read it."""
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place} in {self.function}" if self.function else place


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """What a trace tells.

    Attributes:
        frames: The newest call last; those of one exception, which came last.
        error_type: Name of the class, without its module; empty where it says none.
        said: The exception's own words.
    """

    frames: tuple[Frame, ...]
    error_type: str
    said: str

    @property
    def ours(self) -> tuple[Frame, ...]:
        """Return the innermost calls of our own; of anybody where there are none."""
        own = tuple(frame for frame in self.frames if frame.is_ours)
        return (own or self.frames)[-FRAMES:]


def read_trace(text: str) -> Trace:
    """Return what a trace of Python tells; without frames where it is none."""
    frames: list[Frame] = []
    said: list[str] = []
    for line in text.splitlines():
        found = _FRAME.match(line)
        if found:
            if said:  # another exception begins: this one followed from it
                frames, said = [], []
            frames.append(_frame(found))
        elif frames and not said and (line.startswith("  ") or not line.strip()):
            frames[-1] = _with_text(frames[-1], line)
        elif frames:
            said.append(line)
    found = _TYPE.match("\n".join(said))
    return Trace(
        frames=tuple(_once(frames)),
        error_type=found["type"].rpartition(".")[2] if found else "",
        said=((found["said"] if found else "") or "").strip(),
    )


def read_browser_trace(message: str, text: str) -> Trace:
    """Return what a browser's trace tells; addresses of ours are without their host."""
    frames = []
    for line in text.splitlines():
        found = _BROWSER.fullmatch(line)
        if found:
            file = found["file"].partition("://")[2].partition("/")[2] or found["file"]
            file = _HASH.sub("", file.partition("?")[0])
            frames.append(Frame(file, found["f"] or found["g"] or "", is_ours=True))
    found = _BROWSER_TYPE.match(message) or _BROWSER_TYPE.match(text)
    return Trace(
        frames=tuple(reversed(frames)),  # browsers tell the newest call first
        error_type=found["type"] if found else "",
        said=message,
    )


def _frame(found: re.Match[str]) -> Frame:
    file = found["file"].replace("\\", "/")
    _, mark, own = file.rpartition(f"/{OURS}/")
    is_ours = bool(mark) and not any(place in f"/{own}" for place in _FOREIGN)
    shown = own if is_ours else _from_package(file)
    return Frame(shown, found["in"] or "", int(found["line"][:9]), is_ours=is_ours)


def _from_package(file: str) -> str:
    """Return a library's file from its package on, wherever that is installed."""
    for place in ("site-packages/", "dist-packages/"):
        if place in file:
            return file.rpartition(place)[2]
    return "/".join(file.split("/")[-2:])


def _with_text(frame: Frame, line: str) -> Frame:
    if frame.text or _MARKS.fullmatch(line) or line.lstrip().startswith("[Previous"):
        return frame
    return replace(frame, text=line.strip())


def _once(frames: list[Frame]) -> Iterator[Frame]:
    """Yield frames, a function that called itself over and over once."""
    before = None
    for frame in frames:
        if before is None or (frame.file, frame.function) != before:
            yield frame
        before = frame.file, frame.function
