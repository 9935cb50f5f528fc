"""A synchronisation counts what it does, keeps its notes, and ends once."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from entrepot.base.errors import IllegalMove, InvalidValue
from entrepot.feeds import (
    MOVES,
    SyncHistory,
    abort,
    add_error,
    add_warning,
    count_items,
    finish,
    get_statistics,
    get_timeline,
)

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def only(session) -> SyncHistory:
    """Return the one synchronisation there is."""
    return session.scalars(select(SyncHistory)).one()


def test_two_warnings_and_two_errors_are_kept(both):
    """Each added in a session of its own, in place; none is lost."""
    with both.store.session() as session:
        session.add(SyncHistory(sync_type="products"))
    for number in (1, 2):
        with both.store.session() as session:
            add_warning(only(session), f"odd {number}", row=number)
            add_error(only(session), f"bad {number}")

    with both.store.read_session() as session:
        sync = only(session)
    assert [(w["message"], w["row"]) for w in sync.warnings] == [
        ("odd 1", 1),
        ("odd 2", 2),
    ]
    assert [e["message"] for e in sync.errors] == ["bad 1", "bad 2"]
    assert all(datetime.fromisoformat(e["at"]).tzinfo for e in sync.errors)


def test_a_plain_list_sees_its_changes_too(both):
    """Files appended to what is stored are stored."""
    with both.store.session() as session:
        session.add(SyncHistory(sync_type="products", input_files=["a.csv"]))
    with both.store.session() as session:
        sync = only(session)
        sync.input_files.append("b.csv")

    with both.store.read_session() as session:
        assert only(session).input_files == ["a.csv", "b.csv"]


def test_a_flood_of_notes_is_counted(both):
    """A thousand are kept; how many more there were is said."""
    with both.store.session() as session:
        sync = SyncHistory(sync_type="products")
        session.add(sync)
        for number in range(1003):
            add_error(sync, f"bad {number}")

    with both.store.read_session() as session:
        sync = only(session)
    assert len(sync.errors) == 1000
    assert sync.meta_data == {"errors_left_out": 3}


@pytest.mark.parametrize(
    ("successful", "failed", "skipped", "status"),
    [
        (0, 0, 0, "success"),
        (5, 0, 0, "success"),
        (0, 0, 5, "success"),
        (5, 1, 0, "partial"),
        (0, 1, 0, "failed"),
        (0, 1, 9, "failed"),
    ],
)
def test_the_end_follows_from_the_counts(both, successful, failed, skipped, status):
    """As documented; what was processed is the sum of the three."""
    with both.store.session() as session:
        sync = SyncHistory(sync_type="products", started_at=NOON)
        session.add(sync)
        count_items(sync, successful=successful, failed=failed)
        count_items(sync, skipped=skipped)
        finish(sync, at=NOON + timedelta(seconds=90), message="done")

    assert (sync.status, sync.duration, sync.message) == (status, 90, "done")
    assert sync.items_processed == successful + failed + skipped


def test_what_is_over_changes_no_more():
    """No count, no note, no second end."""
    sync = SyncHistory(sync_type="products")
    count_items(sync, failed=1)
    abort(sync, at=NOON, error="the feed is gone")

    for change in (
        lambda: count_items(sync, successful=1),
        lambda: add_warning(sync, "late"),
        lambda: finish(sync, at=NOON),
        lambda: abort(sync, at=NOON, error="again"),
    ):
        with pytest.raises(IllegalMove, match="is over: failed"):
            change()
    assert (sync.items_successful, sync.warnings) == (0, None)
    assert sync.error_message == "the feed is gone"


@pytest.mark.parametrize("old", MOVES)
@pytest.mark.parametrize("new", MOVES)
def test_only_a_pending_one_moves(old, new):
    """By assignment as by the steps."""
    sync = SyncHistory(sync_type="products", status=old)

    if old in (new, "pending"):
        sync.status = new
    else:
        with pytest.raises(IllegalMove):
            sync.status = new
    assert sync.status == (new if old in (new, "pending") else old)


@pytest.mark.parametrize("number", [-1, 1.5, True, None])
def test_counts_are_whole_and_not_negative(number):
    """Neither added nor set."""
    sync = SyncHistory(sync_type="products")

    with pytest.raises(InvalidValue):
        count_items(sync, successful=number)
    with pytest.raises(InvalidValue):
        sync.total_items = number
    assert (sync.items_processed, sync.items_successful, sync.total_items) == (0, 0, 0)


@pytest.mark.parametrize(
    ("column", "good", "bad"),
    [
        ("items_processed", "0", "1"),
        ("items_failed", "0", "-1"),
        ("status", "'partial'", "'done'"),
        ("sync_type", "'full'", "NULL"),
        ("job_id", "NULL", "77"),
        ("user_id", "NULL", "77"),
    ],
)
def test_the_database_refuses_what_is_wrong(both, column, good, bad):
    """Also that the counts agree."""

    def insert(value):
        values = {"sync_type": "'full'"} | {column: value}
        with both.store.session() as session:
            session.execute(
                text(
                    f"INSERT INTO sync_history ({', '.join(values)}) "
                    f"VALUES ({', '.join(values.values())})"
                )
            )

    insert(good)
    with pytest.raises(IntegrityError):
        insert(bad)


@pytest.fixture
def history(both):
    """Synchronisations around two midnights."""
    midnight = datetime(2026, 3, 1, tzinfo=UTC)
    with both.store.session() as session:
        for seconds, kind, status, duration in [
            (-86401, "full", "failed", 1),
            (-86400, "full", "success", 10),
            (-1, "icons", "partial", 20),
            (0, "full", "success", 30),
            (86399, "full", "pending", None),
            (86400, "full", "success", 1000),
        ]:
            session.add(
                SyncHistory(
                    sync_type=kind,
                    status=status,
                    started_at=midnight + timedelta(seconds=seconds),
                    duration=duration,
                    items_processed=2,
                    items_failed=2,
                )
            )
    return both


def test_the_timeline_has_every_day(history):
    """In UTC, from midnight to midnight, also days on which nothing was."""
    with history.store.read_session() as session:
        days = get_timeline(session, until=date(2026, 3, 1), days=3)

    assert [(day.on.isoformat(), day.by_status) for day in days] == [
        ("2026-02-27", {"pending": 0, "success": 0, "failed": 1, "partial": 0}),
        ("2026-02-28", {"pending": 0, "success": 1, "failed": 0, "partial": 1}),
        ("2026-03-01", {"pending": 1, "success": 1, "failed": 0, "partial": 0}),
    ]


def test_synchronisations_are_counted(history):
    """The share of successes is of those that are over."""
    since = datetime(2026, 2, 28, tzinfo=UTC)
    with history.store.read_session() as session:
        found = get_statistics(session, since=since)
        none = get_statistics(session, since=since + timedelta(days=99))

    assert (found.total, found.by_type) == (5, {"full": 4, "icons": 1})
    assert (found.success_ratio, found.mean_seconds) == (0.75, 265.0)
    assert (found.items_processed, found.items_failed) == (10, 10)
    assert (none.total, none.success_ratio, none.mean_seconds) == (0, None, None)
