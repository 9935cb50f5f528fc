"""What a trace tells of a command that is run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import click
from click.core import ParameterSource

from entrepot.base import spans
from entrepot.base.acting import acting_as, current
from entrepot.base.trace_ids import new_trace

TOLD_TYPES = (click.Choice, click.types.BoolParamType, click.types.IntParamType,
              click.types.FloatParamType)  # fmt: skip
"""Of these a trace tells the value; another may be a secret, or a whole statement."""


@contextmanager
def traced(ctx: click.Context) -> Iterator[None]:
    """Make what a command does a trace, and its lines of the log lines of it."""
    part = spans.begin("command", name_of(ctx), new_trace())
    if part is None:
        yield
        return
    part.tell(**_given(ctx))
    try:
        with acting_as(replace(current(), trace_id=part.trace_id)):
            yield
    except BaseException as error:
        part.error = part.error or _failure(error)
        if _is_interrupt(error):
            part.tell(interrupted=True)
        raise
    finally:
        spans.end(part)


def name_of(ctx: click.Context) -> str:
    """Return a command as people write it, whatever the program was started as."""
    words = []
    above: click.Context | None = ctx
    while above is not None and above.parent is not None:
        words.append(above.info_name or "")
        above = above.parent
    root = above.command.name if above is not None else None
    return " ".join([root or "entrepot", *reversed(words)])


def _given(ctx: click.Context) -> dict[str, object]:
    """Return what was asked for: the values of switches, of the rest that they came."""
    found: dict[str, object] = {}
    for parameter in ctx.command.params:
        name = parameter.name or ""
        if ctx.get_parameter_source(name) is not ParameterSource.COMMANDLINE:
            continue
        is_told = isinstance(parameter.type, TOLD_TYPES)
        found[name] = ctx.params.get(name) if is_told else "given"
    return {"options": found} if found else {}


def _failure(error: BaseException) -> str:
    if isinstance(error, click.exceptions.Exit | SystemExit):
        code = getattr(error, "exit_code", getattr(error, "code", None))
        return f"exit {code}" if code else ""
    return "" if _is_interrupt(error) else type(error).__name__


def _is_interrupt(error: BaseException) -> bool:
    return isinstance(error, KeyboardInterrupt | click.Abort)
