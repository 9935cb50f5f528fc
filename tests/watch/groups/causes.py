"""Errors of known causes, as libraries, requests, jobs and browsers write them."""

from __future__ import annotations

import time
import uuid
from random import Random

from entrepot.watch.log.store import log_store
from entrepot.watch.spec import BROWSER, Entry

TRACE = """Traceback (most recent call last):
  File "/srv/venv/lib/python3.11/site-packages/flask/app.py", line {line}, in dispatch
    return self.view(**values)
           ^^^^^^^^^^^^^^^^^^^
  File "/srv/venv/lib/python3.11/site-packages/entrepot/{file}", line {line}, in {name}
    {text}
{error}
"""


def traced(
    error="KeyError: 'colour'", *, file="exports/service.py", name="export", **more
):
    """Return the stack trace of an error in a function of ours."""
    text, line = more.get("text", "return found[name]"), more.get("line", 88)
    return TRACE.format(error=error, file=file, name=name, text=text, line=line)


def error(message="It broke", *, at=None, logger="entrepot.exports", **more) -> Entry:
    """Return the line of an error, of this moment where none is given."""
    level = more.pop("level", "ERROR")
    return Entry(time.time() if at is None else at, level, logger, message, **more)


def write(house, *entries) -> None:
    """Put lines into the log, and wait until they are there."""
    store = log_store(house)
    for entry in entries:
        store.put(entry)
    assert store.flush(60)


def of_cause(cause: int, chance: Random, at: float) -> Entry:
    """Return one of twelve errors; all but its cause is by chance."""
    number, name = chance.randrange(10**6), uuid.UUID(int=chance.getrandbits(128))
    who = {
        "request_id": f"{chance.getrandbits(64):016x}",
        "actor": f"person{chance.randrange(300)}@example.com",
    }
    kinds = [
        lambda: error(f"row {number} of {name} is gone", at=at, **who),
        lambda: error(f"host 10.1.{number % 256}.7:{number} is away", at=at, **who),
        lambda: error(f'cannot read "{name}" after {number / 7:.3f} s', at=at, **who),
        lambda: error(f"job {name} met 0x{number:08x}", logger="sqlalchemy", at=at),
        lambda: _broke(f"KeyError: '{name}'", at, who, line=number),
        lambda: _broke(f"KeyError: {number}", at, who, name="read", line=number),
        lambda: _broke(f"ValueError: {number}", at, who, line=number),
        lambda: _broke(f"KeyError: '{name}'", at, who, endpoint="get_products"),
        lambda: _job(f"OSError: [Errno {number}] {name}", at, str(name)),
        lambda: error(f"x{number} is undefined", logger=BROWSER, at=at, **who),
        lambda: error(f"TypeError: {number}", logger=BROWSER, at=at, **who),
        lambda: error("It fell", level="CRITICAL", at=at, fields={"n": number}),
    ]
    return kinds[cause]()


def _broke(said, at, who, *, endpoint="exports_api.run", **trace):
    fields = {"path": f"/api/x/{at}", "endpoint": endpoint}
    stack = traced(said, **trace)
    message = "A request ended in a fault of ours"
    return error(message, at=at, stack_trace=stack, fields=fields, **who)


def _job(said, at, id):
    fields = {"endpoint": "job exports.run", "id": id}
    stack = traced(said, file="jobs/engine/attempt.py", name="run")
    return error("A job broke", at=at, stack_trace=stack, job_id=id, fields=fields)
