"""What the commands of every room share: the house, `--json`, tables, files."""

from __future__ import annotations

import functools
import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Concatenate, ParamSpec, TypeVar

import click
import msgspec

from entrepot.base.errors import Conflict
from entrepot.base.files import publish
from entrepot.base.house import House

P = ParamSpec("P")
R = TypeVar("R")

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
"""The option `--json`, which arrives as `as_json`."""

_CONTROLS = {code: "�" for code in (*range(32), 127, *range(128, 160))}


def pass_house(command: Callable[Concatenate[House, P], R]) -> Callable[P, R]:
    """Give a command the house as its first argument; it is closed at the end.

    The command's `ctx.obj` is a function that builds the house, so that `--help` and
    a wrong option need none; a test hands in its own. Where traces are kept, what the
    command does is one.
    """

    @functools.wraps(command)
    def call(*args: P.args, **values: P.kwargs) -> R:
        from entrepot.web.commands import traced

        ctx = click.get_current_context()
        house: House = ctx.obj if isinstance(ctx.obj, House) else ctx.obj()
        if house is not ctx.obj:
            ctx.call_on_close(house.close)
        with traced(ctx):
            return command(house, *args, **values)

    return call


@contextmanager
def interruptible() -> Iterator[Callable[[], bool]]:
    """Let Ctrl-C and SIGTERM end some work cleanly; tell whether neither has come.

    Python loses a `KeyboardInterrupt` that it raises in a callback of its own (the
    end of an import, of an object): what looks after the work has to ask as well.
    """
    pressed: list[int] = []

    def press(number: int, frame: FrameType | None) -> None:
        pressed.append(number)
        raise KeyboardInterrupt

    numbers = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(number, press) for number in numbers]
    try:
        yield lambda: not pressed
    except Exception:
        if pressed:  # whoever asked ended it: that is an interrupt, however it came
            raise KeyboardInterrupt from None
        raise
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)


def print_json(value: object) -> None:
    """Print a value (dataclasses too) as indented JSON."""
    text = msgspec.json.encode(value, enc_hook=str)
    click.echo(msgspec.json.format(text, indent=2).decode())


def print_table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print rows below a header: drawn for a person, tab-separated for a pipe."""
    heads = [plain(name) for name in columns]
    lines = [[plain(value) for value in row] for row in rows]
    if not sys.stdout.isatty():
        for line in [heads, *lines]:
            click.echo("\t".join(line))
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    for head in heads:
        table.add_column(Text(head))  # as it is, for brackets would mean something
    for line in lines:
        table.add_row(*(Text(text) for text in line))
    Console().print(table)


def print_facts(facts: Mapping[str, object]) -> None:
    """Print names and values, one a line, the values below each other."""
    width = max(map(len, facts), default=0)
    for name, value in facts.items():
        click.echo(f"{name:{width}}  {plain(value)}")


STDOUT = "-"
"""Instead of a file's name: what is written goes to standard output."""


def copy_out(path: Path, name: str, output: str | None) -> Path | None:
    """Copy a file to `output`, or here under its own name; None if it was printed.

    Raises:
        Conflict: The name is ours to choose, and there is such a file already.
    """
    if output == STDOUT:
        pour(path)
        return None
    to = Path(output or name).absolute()
    if output is None and to.exists():
        raise Conflict(f"there is a file {to.name} here already", hint="use --output")
    with publish(to) as file, path.open("rb") as source:
        shutil.copyfileobj(source, file, 1 << 20)
    to.chmod(0o666 & ~umask())
    return to


def pour(path: Path) -> None:
    """Write a file to standard output."""
    with path.open("rb") as file:
        shutil.copyfileobj(file, sys.stdout.buffer, 1 << 20)
    sys.stdout.buffer.flush()


def umask() -> int:
    """Return what new files may not be, as people have set it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask


def plain(value: object) -> str:
    """Return one line without control characters: a name may hold a terminal's."""
    return ("" if value is None else str(value)).translate(_CONTROLS)
