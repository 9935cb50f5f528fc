"""What took how long inside of what: spans, gathered while a request or a job runs.

Everything is gathered and nearly everything thrown away: whether a request was slow, or
failed, is known at its end only. So to gather costs next to nothing: a span is a small
object that keeps what it was given, and nothing is rendered before somebody keeps it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from functools import wraps
from time import perf_counter
from typing import Literal, ParamSpec, Protocol, Self, TypeVar

from entrepot.base.trace_ids import CHANCE, Caller, new_trace, parse_traceparent

P = ParamSpec("P")
R = TypeVar("R")

Kind = Literal["request", "job", "command", "statement", "export", "call", "work"]
"""`call` is one to a server of others; `work` is any other step worth a line."""
MOST_SPANS = 2_000
"""Of one part; what comes on top is counted."""


class Span:
    """One step of a part of a trace.

    Attributes:
        began, ended: On the clock of `perf_counter`; `ended` is 0.0 until it has.
        error: The name of what went wrong; empty where nothing did.
        facts: As they were given: whoever keeps them takes their secrets out.
    """

    __slots__ = ("_id", "began", "ended", "error", "facts", "kind", "name", "parent",
                 "part")  # fmt: skip

    def __init__(
        self,
        part: Part,
        parent: Span | None,
        kind: Kind,
        name: str,
        facts: dict[str, object],
    ) -> None:
        self.part = part
        self.parent = parent
        self.kind: Kind = kind
        self.name = name
        self.facts = facts
        self.error = ""
        self.ended = 0.0
        self._id = 0
        self.began = perf_counter()

    def __enter__(self) -> Self:
        _here.set(self)
        return self

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        self.ended = perf_counter()
        if kind is not None and kind is not GeneratorExit:
            self.error = kind.__name__
        # A token would not do: a stream may end in another context than it began in.
        _here.set(self.parent)

    @property
    def id(self) -> str:
        """Return its id, 16 hex digits; most spans are never asked for it."""
        while not self._id:
            self._id = CHANCE.getrandbits(64)
        return f"{self._id:016x}"

    @property
    def has_id(self) -> bool:
        """Tell whether somebody asked for its id."""
        return self._id != 0

    @property
    def seconds(self) -> float:
        """Return how long it took, until now where it has not ended."""
        return (self.ended or perf_counter()) - self.began

    def tell(self, **facts: object) -> None:
        """Add facts that are known only now."""
        self.facts |= facts


_Leaf = tuple[Span, Kind, str, dict[str, object], float, float, str]
"""A step that had none inside, until somebody keeps it."""


class Part(Span):
    """What one process did for one request or job: the part of a trace that is here.

    Attributes:
        at: When it began, in seconds since the epoch.
        caller_id: The span of another part that this one is below; empty for none.
        is_sampled: It is kept whatever becomes of it.
        subjects: What came of it that people follow back, as `<noun>:<id>`.
        status: The answer's, of a request; 0 otherwise.
        steps: What was gathered; read `spans`.
        lost: Spans that were too many.
        is_forgotten: Nobody keeps it.
        describe: Returns facts that cost something, called where it is kept.
    """

    __slots__ = ("_trace", "at", "caller_id", "describe", "is_forgotten",
                 "is_sampled", "lost", "status", "steps", "subjects")  # fmt: skip

    def __init__(
        self,
        kind: Kind,
        name: str,
        trace: str | Callable[[], str],
        *,
        caller_id: str = "",
        is_sampled: bool = False,
    ) -> None:
        self.parent = None
        self.kind = kind
        self.name = name
        self.facts = {}
        self.error = ""
        self.ended = 0.0
        self._id = 0
        self.began = perf_counter()
        self.at = time.time()
        self._trace = trace
        self.caller_id = caller_id
        self.is_sampled = is_sampled
        self.is_forgotten = False
        self.subjects: list[str] = []
        self.status = 0
        self.lost = 0
        self.steps: list[Span | _Leaf] = []
        self.describe: Callable[[], Mapping[str, object]] | None = None

    # It holds itself by no attribute: each would have to wait for the collector of
    # garbage, with all that it holds of its request.
    @property
    def part(self) -> Part:  # type: ignore[override]  # nobody gives a span another
        return self

    @property
    def spans(self) -> list[Span]:
        """Return its steps, in the order they began or were noted."""
        found = self.steps
        for number, step in enumerate(found):
            if isinstance(step, tuple):
                above, kind, name, facts, began, ended, error = step
                span = Span(self, above, kind, name, facts)
                span.began, span.ended, span.error = began, ended, error
                found[number] = span
        return found  # type: ignore[return-value]  # none is a tuple any more

    @property
    def trace_id(self) -> str:
        """Return the trace that it is a part of, 32 hex digits."""
        if not isinstance(self._trace, str):
            self._trace = self._trace()
        return self._trace

    def is_kept_anyhow(self) -> bool:
        """Tell whether it is kept however it ends."""
        return self.is_sampled or bool(self.subjects)


class Collector(Protocol):
    """Somebody who keeps parts of traces."""

    def samples(self) -> bool:
        """Tell whether a part that begins is to be kept, whatever becomes of it."""

    def take(self, part: Part) -> None:
        """Keep a part that has ended, or do not; in the thread that did the work."""


class Nothing:
    """Stands for a span where nobody gathers any."""

    __slots__ = ()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        pass

    def tell(self, **facts: object) -> None:
        """Forget them."""


NOTHING = Nothing()
_here: ContextVar[Span | None] = ContextVar("span", default=None)
_collectors: list[Collector] = []


def collect(collector: Collector) -> Callable[[], None]:
    """Give `collector` each part that ends from now on; return what stops it."""
    _collectors.append(collector)
    return lambda: _collectors.remove(collector)


def begin(
    kind: Kind,
    name: str,
    trace: str | Callable[[], str],
    *,
    caller: Caller | None = None,
) -> Part | None:
    """Begin a part in this thread; None where nobody would keep it.

    Args:
        trace: Its id, or what returns it when somebody asks.
        caller: Where another part asked for this one.
    """
    if not _collectors:
        if _here.get() is not None:
            _here.set(None)
        return None
    is_sampled = caller is not None and caller.is_sampled
    if not is_sampled:
        for collector in _collectors:
            if collector.samples():
                is_sampled = True
    part = Part(kind, name, trace, is_sampled=is_sampled)
    if caller is not None:
        part.caller_id = caller.span_id
    _here.set(part)
    return part


def end(part: Part) -> None:
    """End a part, and give it to whoever keeps it."""
    part.ended = perf_counter()
    if _here.get() is not None:
        _here.set(None)
    for collector in () if part.is_forgotten else _collectors:
        with suppress(Exception):  # what is told of a request must not fail it
            collector.take(part)
    part.describe = None  # else it would hold the request's surroundings


@contextmanager
def part(
    kind: Kind, name: str, *, traceparent: str = "", trace_id: str = ""
) -> Iterator[Part | None]:
    """Make the block a part of a trace; what was open in this thread goes on after it.

    Args:
        traceparent: Of whoever asked for the work, in whatever process.
        trace_id: The trace, where nobody said which span asked.
    """
    caller = parse_traceparent(traceparent) if traceparent else None
    before = _here.get()
    made = caller.trace_id if caller else trace_id or new_trace()
    begun = begin(kind, name, made, caller=caller)
    try:
        yield begun
    except BaseException as error:
        if begun is not None:
            begun.error = begun.error or type(error).__name__
        raise
    finally:
        if begun is not None:
            end(begun)
        _here.set(before)


@contextmanager
def inside(step: Span) -> Iterator[None]:
    """Let what the block does be inside of a step that began elsewhere."""
    before = _here.get()
    _here.set(step)
    try:
        yield
    finally:
        _here.set(before)


def span(kind: Kind, name: str, **facts: object) -> Span | Nothing:
    """Measure a block as one step of what runs here; `tell` adds facts to it."""
    above = _here.get()
    if above is None:
        return NOTHING
    part = above.part
    if len(part.steps) >= MOST_SPANS:
        part.lost += 1
        return NOTHING
    made = Span(part, above, kind, name, facts)
    part.steps.append(made)
    return made


def add(
    kind: Kind, name: str, began: float, *, error: str = "", **facts: object
) -> None:
    """Note a step that has just ended and had none inside.

    Args:
        began: On the clock of `perf_counter`.
    """
    above = _here.get()
    if above is None:
        return
    part = above.part
    if len(part.steps) >= MOST_SPANS:
        part.lost += 1
        return
    # Most are thrown away: an object is made of it where it is kept.
    part.steps.append((above, kind, name, facts, began, perf_counter(), error))


def current() -> Span | None:
    """Return the step that runs here now."""
    return _here.get()


def keep(subject: str) -> None:
    """Have the part that runs here kept, and found again by what came of it.

    Args:
        subject: `<noun>:<id>`, of a job or an export.
    """
    here = _here.get()
    if here is not None:
        here.part.subjects.append(subject)


def forget() -> None:
    """Have nobody keep the part that runs here: it waits for people, or for ever."""
    here = _here.get()
    if here is not None:
        here.part.is_forgotten = True
        _here.set(None)


def failed(error: BaseException) -> None:
    """Say that the part that runs here failed, though nothing is raised out of it."""
    here = _here.get()
    if here is not None:
        here.part.error = type(error).__name__


def traceparent() -> str:
    """Return what others are told who do the next step; empty where none is open."""
    here = _here.get()
    if here is None:
        return ""
    part = here.part
    return f"00-{part.trace_id}-{here.id}-{int(part.is_kept_anyhow()):02x}"


def carried(action: Callable[P, R]) -> Callable[P, R]:
    """Return the same action for another thread, whose steps belong below ours."""
    here = _here.get()
    if here is None:
        return action

    @wraps(action)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        with inside(here):
            return action(*args, **kwargs)

    return run
