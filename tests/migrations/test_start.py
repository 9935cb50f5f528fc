"""What a start does about the schema, and what the plans and the SQL say."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from entrepot.base.errors import Invalid, UnknownName
from entrepot.composition import build_house
from entrepot.migrations import ensure
from entrepot.operations import (
    MigrationsPending,
    SchemaMigrated,
    WouldLoseData,
    list_backups,
    migrate,
    migration_status,
    rehearse,
    roll_back,
)
from entrepot.operations.migrations.moves import migration_sql, plan_migration
from tests.migrations.conftest import write_step

OURS = "20300101_000000"
NEXT = "20300102_000000"
COLUMN = 'op.add_column("users", sa.Column("motto", sa.String(50)))'
NO_COLUMN = """\
with op.batch_alter_table("users") as batch:
    batch.drop_column("motto")
"""


def test_a_pending_migration_refuses_the_start(ready, newest):
    """The message names it and the command; nothing is changed."""
    write_step(ready, OURS, newest)

    with pytest.raises(MigrationsPending, match=OURS) as caught:
        ensure(ready)

    assert "entrepot db migrate" in caught.value.hint
    assert migration_status(ready).pending_versions == [OURS]


def test_a_pending_migration_is_applied_where_a_setting_says_so(empty, ready, newest):
    """With a verified backup before it."""
    write_step(ready, OURS, newest)
    house = build_house({**empty, "MIGRATION_AUTO_UPGRADE": "true"})

    ensure(house)

    assert migration_status(house).pending_versions == []
    [backup] = list_backups(house)
    assert backup.state == "verified"
    assert backup.description == f"before migration {OURS}"
    house.close()


def test_even_then_data_is_not_lost_unasked(empty, ready, newest):
    """A start does not agree for anybody."""
    write_step(ready, OURS, newest, up='op.drop_table("users")')
    house = build_house({**empty, "MIGRATION_AUTO_UPGRADE": "true"})

    with pytest.raises(WouldLoseData, match=f"{OURS} drops the table users"):
        ensure(house)

    assert migration_status(house).pending_versions == [OURS]
    house.close()


def test_no_backup_is_made_where_a_setting_says_so(empty, ready, newest):
    """Nor of a database with nothing in it: the first start made none."""
    write_step(ready, OURS, newest)
    house = build_house({**empty, "MIGRATION_BACKUP_BEFORE_UPGRADE": "false"})

    assert migrate(house).backup == ""
    assert list_backups(house) == []
    house.close()


def test_rolling_back_to_the_first_and_up_again(ready, newest):
    """`001` is our `0001`; between, the start is refused."""
    roll_back(ready, "001", accept_losses=True)
    assert migration_status(ready).current_version == "0001"
    with pytest.raises(MigrationsPending):
        ensure(ready)

    migrate(ready)

    assert migration_status(ready).current_version == newest
    ensure(ready)


@pytest.mark.parametrize("name", ["base", "000"])
def test_everything_can_be_taken_back(ready, name, newest):
    """Nothing is left but the books, and a new start fills the database again."""
    roll_back(ready, name, accept_losses=True)
    assert migration_status(ready).current_version is None

    ensure(ready)

    assert migration_status(ready).current_version == newest


@pytest.mark.parametrize("target", ["9999", "x", "", "1'; DROP TABLE users"])
def test_a_target_that_is_none_is_refused(ready, target):
    """The known ones are listed, and nothing moves."""
    with pytest.raises(UnknownName):
        roll_back(ready, target, accept_losses=True)


def test_a_target_stops_the_way_up(ready, newest):
    """What lies above it stays pending."""
    write_step(ready, OURS, newest)
    write_step(ready, NEXT, OURS, up="pass", down="pass")

    assert migrate(ready, target=OURS).versions == (OURS,)
    assert migration_status(ready).pending_versions == [NEXT]


@pytest.mark.parametrize(
    ("up", "loss"),
    [
        ('op.drop_table("users")', "drops the table users"),
        ('op.drop_column("users", "role")', "drops the column users.role"),
        (NO_COLUMN.replace("motto", "role"), "drops the column users.role"),
        (
            'op.execute("/* all */ delete  from users")',
            "runs /* all */ delete from users",
        ),
        (
            'op.get_bind().execute(sa.text("DROP TABLE users"))',
            "runs DROP TABLE users",
        ),
        (
            'op.alter_column("users", "role", nullable=False, '
            "existing_type=sa.String(20))",
            "makes users.role NOT NULL with no default",
        ),
        (
            'op.alter_column("users", "role", type_=sa.String(5), '
            "existing_type=sa.String(20))",
            "makes users.role VARCHAR(5), which old values may not fit",
        ),
        (
            'op.add_column("users", sa.Column("rank", sa.Integer, nullable=False))',
            "adds users.rank NOT NULL with no default",
        ),
        (
            'op.execute("ALTER TABLE users DROP role")',
            "runs ALTER TABLE users DROP role",
        ),
        ('op.execute("SELECT 1; TRUNCATE users")', "runs SELECT 1; TRUNCATE users"),
        ("open('/nowhere')", "does what only running it shows (FileNotFoundError)"),
    ],
)
def test_what_may_lose_data_is_listed_before_it_runs(house, newest, up, loss):
    """And it is not run unless somebody agrees."""
    ensure(house)
    write_step(house, OURS, newest, up=up)

    assert plan_migration(house).losses == [f"{OURS} {loss}"]
    with pytest.raises(WouldLoseData):
        migrate(house)


@pytest.mark.parametrize(
    "up",
    [
        COLUMN,
        "op.execute(\"UPDATE users SET role = 'admin' WHERE id = 0\")",
        'op.alter_column("users", "id", type_=sa.BigInteger, existing_type=sa.Integer)',
        'op.alter_column("users", "role", type_=sa.Text, existing_type=sa.String(20))',
    ],
)
def test_what_loses_nothing_is_not_listed(house, newest, up):
    """Adding and widening need nobody's consent."""
    ensure(house)
    write_step(house, OURS, newest, up=up)

    assert plan_migration(house).losses == []


def test_the_sql_is_told_and_not_run(ready, newest):
    """What is pending, in the database's own words."""
    write_step(ready, OURS, newest)

    sql = migration_sql(ready)

    assert "CREATE TABLE shelf" in sql
    assert f"SET version_num='{OURS}'" in sql
    assert migration_status(ready).pending_versions == [OURS]


def test_sql_that_takes_a_look_at_the_table_cannot_be_told(house, newest):
    """The hint leads to the rehearsal."""
    ensure(house)
    write_step(house, OURS, newest, up=NO_COLUMN)

    with pytest.raises(Invalid) as caught:
        migration_sql(house)

    assert "--rehearse" in caught.value.hint


def test_sql_that_somebody_ran_by_hand_counts(ready, newest):
    """The next start takes it into the history."""
    write_step(ready, OURS, newest)
    sql = [part for part in migration_sql(ready).split(";") if part.strip()]
    with ready.store.session() as session:
        for statement in sql:
            if not statement.strip().startswith(("BEGIN", "COMMIT")):
                session.execute(text(statement))

    ensure(ready)

    assert migration_status(ready).steps[0].state == "applied"
    assert migration_status(ready).steps[0].duration_ms is None


def test_a_rehearsal_touches_nothing_of_the_real_one(ready, newest):
    """On the copy the column came, went and came again."""
    write_step(ready, OURS, newest, up=COLUMN, down=NO_COLUMN)

    seen = rehearse(ready)

    assert seen.versions == (OURS,)
    assert migration_status(ready).pending_versions == [OURS]
    assert list(ready.home.glob("backups/.scratch*")) == []


@pytest.mark.parametrize(
    ("up", "down", "told"),
    [
        (COLUMN, "pass", "another than before: users"),
        ("pass", 'op.execute("DELETE FROM migration_history")', ""),
        (
            'op.create_table("shelf", sa.Column("id", sa.Integer, primary_key=True))\n'
            'op.execute("INSERT INTO connections_connection (name, dialect, url, '
            "description, allow_unsafe_role, created_at, created_by) VALUES ('a', "
            "'b', 'c', '', false, '2026-01-01', 'd')\")",
            'op.drop_table("shelf")',
            "lost or won rows: connections_connection",
        ),
    ],
)
def test_a_rehearsal_finds_a_way_back_that_is_none(ready, newest, up, down, told):
    """The schema and the rows have to be those of before."""
    from entrepot.operations import RehearsalFailed

    write_step(ready, OURS, newest, up=up, down=down)
    if not told:
        assert rehearse(ready).versions == (OURS,)
        return

    with pytest.raises(RehearsalFailed, match=told):
        rehearse(ready)


def test_listeners_hear_of_it_in_a_session(ready, newest, heard):
    """One event for the whole move, which the record of who did what keeps."""
    write_step(ready, OURS, newest)
    migrate(ready, by="ada")

    [event] = [e for e in heard if isinstance(e, SchemaMigrated)]
    assert (event.versions, event.by, event.audited) == ((OURS,), "ada", True)
