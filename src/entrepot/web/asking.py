"""Passwords for commands: asked for, piped, or in a file; never in argv by choice."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import click

from entrepot.base.errors import Invalid

C = TypeVar("C", bound=Callable[..., object])


def password_options(command: C) -> C:
    """Give a command `--password-stdin` and `--password-file`."""
    command = click.option(
        "--password-file",
        type=click.Path(path_type=Path, dir_okay=False),
        help="Read the password from the first line of this file.",
    )(command)
    return click.option(
        "--password-stdin", is_flag=True, help="Read it from standard input."
    )(command)


def read_password(
    *,
    check: Callable[[str], None],
    given: str | None = None,
    is_piped: bool = False,
    file: Path | None = None,
) -> str | None:
    """Return the password; None where nobody can be asked.

    Args:
        check: Raises for a password that will not do, before it is typed again.
        given: In the command itself, which is not wise.

    Raises:
        Invalid: Nothing was piped, or the file cannot be read.
    """
    if given is not None:
        click.echo(
            "Warning: others on this machine can see a password in a command, and the "
            "shell keeps it; leave it out and it is asked for.",
            err=True,
        )
        return given
    if is_piped:
        return _line(sys.stdin.readline(), "standard input")
    if file is not None:
        return _line(_read(file), str(file))
    return _ask(check) if sys.stdin.isatty() else None


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8").partition("\n")[0]
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid(f"the password file {file} cannot be read") from error


def _line(text: str, source: str) -> str:
    password = text.rstrip("\r\n")
    if not password:
        raise Invalid(f"{source} has no password in its first line")
    return password


def _ask(check: Callable[[str], None]) -> str:
    password: str = click.prompt("Password", hide_input=True, err=True)
    check(password)
    repeated: str = click.prompt("The same again", hide_input=True, err=True)
    if repeated != password:
        raise Invalid("the two passwords differ")
    return password
