"""Spans: what is inside of what, across threads, forks and processes."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor

import pytest

from entrepot.base import spans
from entrepot.base.spans_apart import adopt, gathered
from entrepot.base.trace_ids import Caller, parse_traceparent

TRACE = "0af7651916cd43dd8448eb211c80319c"
CALLER = f"00-{TRACE}-b7ad6b7169203331-01"


class Taken(list):
    """Keeps every part that ends."""

    def samples(self):
        return False

    def take(self, part):
        self.append(part)


@pytest.fixture
def taken():
    """The parts that ended."""
    found = Taken()
    stop = spans.collect(found)
    yield found
    stop()


def shape(part):
    """The steps of a part: name and the name of what it is inside of."""
    return [(span.name, span.parent.name) for span in part.spans]


def test_a_step_is_inside_of_what_runs(taken):
    """And the next one beside it is not."""
    with spans.part("job", "work"):
        with spans.span("export", "file"):
            spans.add("statement", "read", 0.0)
        spans.add("statement", "note", 0.0)

    [part] = taken
    assert shape(part) == [("file", "work"), ("read", "file"), ("note", "work")]
    assert spans.current() is None


def test_nothing_is_gathered_where_nobody_collects():
    """A process without the room pays nothing."""
    with spans.part("job", "work") as part, spans.span("work", "step") as step:
        step.tell(rows=1)
        assert spans.traceparent() == ""

    assert part is None


def test_the_caller_of_a_part_is_told(taken):
    """Its trace goes on, and so does its wish to have it kept."""
    with spans.part("job", "work", traceparent=CALLER):
        told = parse_traceparent(spans.traceparent())

    [part] = taken
    assert (part.trace_id, part.caller_id) == (TRACE, "b7ad6b7169203331")
    assert part.is_sampled
    assert told == Caller(TRACE, part.id, True)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nothing",
        f"00-{'0' * 32}-b7ad6b7169203331-01",
        f"00-{TRACE}-{'0' * 16}-01",
        f"ff-{TRACE}-b7ad6b7169203331-01",
        f"00-{TRACE}-b7ad6b7169203331-01-more",
        f"00-{TRACE.upper()}-b7ad6b7169203331-01",
    ],
)
def test_a_wrong_traceparent_is_none(text):
    """As the standard has it: it is as if nobody had sent one."""
    assert parse_traceparent(CALLER) is not None
    assert parse_traceparent(text) is None


def test_a_part_that_something_came_of_is_marked(taken):
    """So that whoever does the next step keeps it, too."""
    with spans.part("request", "ask"):
        before = spans.traceparent()
        spans.keep("job:1")
        after = spans.traceparent()

    assert (before[-2:], after[-2:]) == ("00", "01")
    assert taken[0].subjects == ["job:1"]


def test_threads_work_below_who_sent_them(taken):
    """Each of many at once, and the thread is nobody's afterwards."""

    def work(number):
        with spans.span("work", f"step {number}"):
            spans.add("statement", f"read {number}", 0.0)

    with ThreadPoolExecutor(4) as pool, spans.part("request", "ask"):
        list(pool.map(spans.carried(work), range(8)))
        assert list(pool.map(lambda _: spans.current(), range(4))) == [None] * 4

    assert sorted(shape(taken[0])) == sorted(
        pair
        for n in range(8)
        for pair in ((f"step {n}", "ask"), (f"read {n}", f"step {n}"))
    )


def test_a_fork_goes_on_below_its_parent(taken):
    """Its own part names the step that was open when it was made."""
    reading, writing = os.pipe()
    with spans.part("request", "ask"), spans.span("work", "fork") as step:
        asked_by = spans.traceparent()
        child = os.fork()
        if not child:
            with spans.part("work", "child", traceparent=asked_by):
                pass
            os.write(writing, f"{taken[-1].trace_id} {taken[-1].caller_id}".encode())
            os._exit(0)
        os.waitpid(child, 0)

    [part] = taken
    assert os.read(reading, 100).decode() == f"{part.trace_id} {step.id}"


def test_steps_of_a_child_process_come_home(taken):
    """Below what waited for it, as they were there."""
    with gathered() as found, spans.span("work", "write"):
        spans.add("statement", "", 0.0, sql="SELECT 1", rows=3)
    taken.clear()

    with spans.part("job", "export"), spans.span("export", "file"):
        adopt(found.steps)

    [part] = taken
    assert shape(part) == [("file", "export"), ("write", "file"), ("", "write")]
    assert part.spans[-1].facts == {"sql": "SELECT 1", "rows": 3}


def test_too_many_steps_are_counted(taken):
    """A loop of statements must not fill the memory."""
    with spans.part("job", "work"):
        for _ in range(spans.MOST_SPANS + 5):
            spans.add("statement", "read", 0.0)

    [part] = taken
    assert (len(part.spans), part.lost) == (spans.MOST_SPANS, 5)


def test_what_fails_says_so(taken):
    """The step, and the part it was in."""
    with pytest.raises(KeyError), spans.part("job", "work"), spans.span("work", "step"):
        raise KeyError("x")

    [part] = taken
    assert (part.error, part.spans[0].error) == ("KeyError", "KeyError")


def test_a_collector_that_breaks_fails_nobody(taken):
    """A request is answered, whatever becomes of its trace."""

    class Broken(Taken):
        def take(self, part):
            raise OSError("no room")

    stop = spans.collect(Broken())
    with spans.part("job", "work"):
        pass
    stop()

    assert [part.name for part in taken] == ["work"]
