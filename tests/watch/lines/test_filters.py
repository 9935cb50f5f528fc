"""Whatever is asked together, the lines are those that plain Python picks."""

from __future__ import annotations

import re
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.watch.lines.conftest import NOON

from entrepot.watch.lines import service
from entrepot.watch.log.file import add_entries, open_to_write
from entrepot.watch.log.store import log_store
from entrepot.watch.spec import LEVELS, Entry, Wanted

MINUTES = 4
WORDS = ("crate", "crates", "quay", "Zürich", "404", "ship_no", "/api/crates", "…")
LOGGERS = ("entrepot", "entrepot.access", "entrepot.accessory", "entrepot0", "pool")
REQUESTS = ("", "r-1", "abcdef01deadbeef", "00000000deadbeef")
TRACES = ("", "0af7651916cd43dd8448eb21deadbeef")
SHAPES = ("crate*", "* quay", "*crates *", "* * *", "Zürich", "ship_no *", "[c]*")
AT = st.integers(0, MINUTES * 60_000).map(lambda ms: NOON + ms / 1000)

ENTRIES = st.builds(
    Entry,
    AT,  # as if many processes wrote, and clocks went back
    st.sampled_from(LEVELS),
    st.sampled_from(LOGGERS),
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map(" ".join),
    request_id=st.sampled_from(REQUESTS),
    trace_id=st.sampled_from(TRACES),
    user_id=st.sampled_from((None, 1, 2)),
    job_id=st.sampled_from(("", "7", "8")),
    endpoint=st.sampled_from(("get_products", "health")),
    status_code=st.sampled_from((200, 404, 500, 503)),
    duration_ms=st.sampled_from((0.5, 99.9, 100.0, 2500.0)),
    fields=st.none(),
)
MOMENTS = st.none() | AT.map(lambda at: datetime.fromtimestamp(at, UTC))
WANTED = st.builds(
    Wanted,
    levels=st.just(()) | st.sets(st.sampled_from(LEVELS), min_size=1).map(tuple),
    since=MOMENTS,
    until=MOMENTS,
    q=st.just("")
    | st.sampled_from(
        ("cra", "CRATE quay", '"crate quay"', "-404", "crates -zurich", "/api/c", "!")
    ),
    logger=st.sampled_from(("", "", "entrepot", "entrepot.access")),
    other_logger=st.sampled_from(("", "", "", "entrepot.access")),
    request_id=st.sampled_from(("", "", "", "", *REQUESTS[1:])),
    trace_id=st.sampled_from(("", "", "", *TRACES, "0" * 16 + REQUESTS[2])),
    job_id=st.sampled_from(("", "", "", "7")),
    user_id=st.sampled_from((None, None, 1)),
    endpoint=st.sampled_from(("", "", "health")),
    status=st.sampled_from(("", "", "404", "5xx", "2xx")),
    min_duration_ms=st.sampled_from((None, None, 1.0, 100.0, 1000.0)),
    hidden_loggers=st.sampled_from(((), (), ("pool", "entrepot.access"))),
    like=st.sampled_from(("", "", *SHAPES)),
    hidden=st.just(()) | st.lists(st.sampled_from(SHAPES), max_size=2).map(tuple),
)


def tokens(text):
    """The words of a text, as the index has them."""
    return re.findall(r"[^\W_]+", text.lower().replace("ü", "u"))


def has(message, sought):
    """Whether words follow each other there; the last may only begin so."""
    is_phrase = sought.startswith('"')
    wanted, there = tokens(sought), tokens(message)
    for begin in range(len(there) - len(wanted) + 1):
        *firsts, last = there[begin : begin + len(wanted)]
        if firsts == wanted[:-1] and (
            last == wanted[-1] if is_phrase else last.startswith(wanted[-1])
        ):
            return True
    return False


def is_below(logger, above):
    """Whether it is that logger or one below it."""
    return logger == above or logger.startswith(f"{above}.")


def has_words(wanted, entry):
    """Whether the message has what it must, and lacks what it must."""
    for part in re.findall(r'-?(?:"[^"]*"|\S+)', wanted.q):
        sought = part.removeprefix("-")
        if tokens(sought) and has(entry.message, sought) == part.startswith("-"):
            return False
    return True


def has_shape(message, shape):
    """Whether a message is of a shape: its stars stand for anything."""
    return bool(re.fullmatch(re.escape(shape).replace(r"\*", ".*"), message))


def is_wanted(wanted, entry):
    """Whether a line is, word by word."""
    at = datetime.fromtimestamp(entry.at, UTC)
    at = at.replace(microsecond=at.microsecond // 1000 * 1000)
    trace = entry.trace_id or entry.request_id.rjust(32, "0")
    first = wanted.status[:1]
    return (
        (not wanted.levels or entry.level in wanted.levels)
        and (wanted.since is None or at >= wanted.since)
        and (wanted.until is None or at < wanted.until)
        and has_words(wanted, entry)
        and (not wanted.logger or is_below(entry.logger, wanted.logger))
        and not (wanted.other_logger and is_below(entry.logger, wanted.other_logger))
        and not any(is_below(entry.logger, one) for one in wanted.hidden_loggers)
        and (not wanted.like or has_shape(entry.message, wanted.like))
        and not any(has_shape(entry.message, one) for one in wanted.hidden)
        and wanted.request_id in ("", entry.request_id)
        and wanted.trace_id in ("", trace)
        and wanted.job_id in ("", entry.job_id)
        and wanted.user_id in (None, entry.user_id)
        and wanted.endpoint in ("", entry.endpoint)
        and wanted.status in ("", f"{entry.status_code}", f"{first}xx")
        and first in ("", f"{entry.status_code}"[0])
        and (
            wanted.min_duration_ms is None
            or entry.duration_ms >= wanted.min_duration_ms
        )
    )


@pytest.fixture
def written(house):
    """A function that makes the log anew, of these lines, in some transactions."""

    def write(entries):
        log_store(house).path.unlink(missing_ok=True)
        with closing(open_to_write(log_store(house).path)) as connection:
            for begin in range(0, len(entries), 7):
                add_entries(connection, entries[begin : begin + 7])

    return write


LOGS = st.lists(ENTRIES, min_size=1, max_size=30)
QUESTIONS = st.lists(WANTED, max_size=8)
SHARED = [HealthCheck.function_scoped_fixture]


@settings(max_examples=10, suppress_health_check=SHARED)
@given(LOGS, QUESTIONS)
def test_any_filters_find_what_python_finds(house, written, entries, asked):
    """The same lines, the same number of them, newest first, page by page."""
    compare(house, written, entries, asked)


@pytest.mark.fault
@settings(max_examples=200, suppress_health_check=SHARED)
@given(LOGS, QUESTIONS)
def test_any_filters_find_what_python_finds_again_and_again(
    house, written, entries, asked
):
    """The same, some thousand times."""
    compare(house, written, entries, asked)


def compare(house, written, entries, asked):
    """Ask the log and plain Python the same."""
    written(entries)
    for wanted in asked:
        picked = [n for n, e in enumerate(entries, 1) if is_wanted(wanted, e)][::-1]

        whole = service.list_lines(house, wanted, limit=1000)
        cut = service.list_lines(house, wanted, limit=2, before=20, offset=1)
        assert ([line.id for line in whole.lines], whole.total) == (picked, len(picked))
        assert [n.id for n in cut.lines] == [n for n in picked if n < 20][1:3]


@settings(max_examples=10, suppress_health_check=SHARED)
@given(st.lists(ENTRIES, max_size=30), WANTED, st.integers(1, 50))
def test_a_histogram_counts_what_is_found(house, written, entries, wanted, stretches):
    """Every wanted line of the time, in the stretch in which it came."""
    written(entries)
    since = wanted.since or datetime.fromtimestamp(NOON, UTC)
    until = wanted.until or since + timedelta(minutes=3)

    drawn = service.histogram(
        house, wanted, since=since, until=until, stretches=stretches
    )
    counted = {
        (stretch.at, level): lines
        for stretch in drawn.stretches
        for level, lines in stretch.counts.items()
    }
    expected: dict[tuple[datetime, str], int] = {}
    step = timedelta(seconds=drawn.step_seconds)
    timed = Wanted(since=since, until=until)
    for entry in entries:
        if is_wanted(wanted, entry) and is_wanted(timed, entry):
            at = datetime.fromtimestamp(entry.at, UTC)
            begin = at - (at - datetime(1970, 1, 1, tzinfo=UTC)) % step
            expected[begin, entry.level] = expected.get((begin, entry.level), 0) + 1
    assert counted == expected
    assert len(drawn.stretches) <= stretches + 1
    assert drawn.is_exact
