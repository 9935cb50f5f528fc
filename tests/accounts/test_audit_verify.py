"""Every way to tamper with the audit trail is found, and named by its first link."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from entrepot.accounts.audit import COLUMNS, audit_key, find_head, get_record, sign
from entrepot.accounts.audit_heads import (
    FILE,
    Heads,
    read_heads,
    write_head,
    write_restart,
)
from entrepot.accounts.audit_verify import Break, verify
from entrepot.accounts.events import AuditHead
from entrepot.accounts.models import AuditRecord
from tests.accounts.trail import act, tamper

CHANGED = "it was changed, or written with another secret key"


@pytest.fixture
def trail(audited):
    """A whole trail of six records, whose head was written after the fourth."""
    act(4)
    write_head(audited, find_head(audited))
    act(2)
    found = verify(audited)
    assert (found.records, found.heads, found.first_break) == (6, 1, None)
    return audited


def broken(house) -> Break | None:
    """Return what is found."""
    return verify(house).first_break


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("actor_name", "'bob'"),
        ("actor_kind", "'key'"),
        ("actor_user_id", "1"),
        ("actor_address", "'::1'"),
        ("request_id", "'x'"),
        ("event", "'Other'"),
        ("facts", "'{}'"),
        ("at", "'2020-01-01 00:00:00+00:00'"),
        ("mac", "'00'"),
    ],
)
def test_a_changed_value_is_found(trail, column, value):
    """Whichever column it is."""
    tamper(trail, f"UPDATE accounts_audit SET {column} = {value} WHERE id = 3")

    assert broken(trail) == Break(3, CHANGED)


def test_a_removed_record_is_found(trail):
    """One from the middle, by the gap."""
    tamper(trail, "DELETE FROM accounts_audit WHERE id = 3")

    assert broken(trail) == Break(3, "it is missing: 4 comes next")


def test_a_removed_record_is_found_though_the_numbers_close_up(trail):
    """Renumbering hides the gap, not the chain."""
    tamper(
        trail,
        "DELETE FROM accounts_audit WHERE id = 3",
        "UPDATE accounts_audit SET id = id - 1 WHERE id = 4",
        "UPDATE accounts_audit SET id = id - 1 WHERE id = 5",
        "UPDATE accounts_audit SET id = id - 1 WHERE id = 6",
    )

    assert broken(trail) == Break(3, "it does not continue the record before")


def test_the_first_records_cannot_be_cut_off(trail):
    """The chain begins at number one."""
    tamper(trail, "DELETE FROM accounts_audit WHERE id < 4")

    assert broken(trail) == Break(1, "it is missing: 4 comes next")


def test_a_cut_tail_is_found_by_the_head(trail):
    """What the chain cannot show, the file of heads does."""
    tamper(trail, "DELETE FROM accounts_audit WHERE id > 2")

    found = broken(trail)

    assert found.id == 3
    assert found.what.startswith("it is missing: at ")
    assert found.what.endswith(" there were 4 records")


def test_an_emptied_trail_is_found(trail):
    """Nothing at all is a cut tail too."""
    tamper(trail, "DELETE FROM accounts_audit")

    assert broken(trail).id == 1


def test_swapped_records_are_found(trail):
    """Two whole records in each other's place."""
    tamper(
        trail,
        "UPDATE accounts_audit SET id = 99 WHERE id = 2",
        "UPDATE accounts_audit SET id = 2 WHERE id = 3",
        "UPDATE accounts_audit SET id = 3 WHERE id = 99",
    )

    assert broken(trail) == Break(2, "it does not continue the record before")


def test_an_inserted_record_is_found(trail):
    """One that somebody without the key put at the end."""
    tamper(
        trail,
        "INSERT INTO accounts_audit SELECT 7, at, event, actor_name, actor_kind, "
        "actor_user_id, actor_address, request_id, facts, mac, mac "
        "FROM accounts_audit WHERE id = 6",
    )

    assert broken(trail) == Break(7, CHANGED)


def rewrite(house, key: bytes) -> None:
    """Write the whole trail anew with a key, so that it is a chain again."""
    with house.store.read_session() as session:
        old = [
            row._asdict() for row in session.execute(select(*COLUMNS).order_by("id"))
        ]
    previous = ""
    for row in old:
        row["actor_name"], row["previous_mac"] = "nobody", previous
        previous = row["mac"] = sign(key, row)
    tamper(house, "DELETE FROM accounts_audit")
    with house.store.session() as session:
        session.execute(insert(AuditRecord), old)


def test_a_trail_rewritten_with_another_key_is_found(trail):
    """At its first record."""
    rewrite(trail, b"guessed")

    assert broken(trail) == Break(1, CHANGED)


def test_a_trail_rewritten_with_our_key_is_found_by_the_head(trail):
    """Who has the key cannot change what was written down beforehand."""
    rewrite(trail, audit_key(trail))

    found = broken(trail)

    assert found.id == 4
    assert found.what.startswith("it is another record than at ")


def test_heads_are_written_once_for_the_same_record(trail, heard):
    """Processes that come at the same hour leave one line, on the disk, for us only."""
    for _ in range(3):
        write_head(trail, find_head(trail))

    assert [head.id for head in read_heads(trail)] == [4, 6]
    assert [event.id for event in heard if isinstance(event, AuditHead)] == [6]
    assert (trail.home / FILE).stat().st_mode & 0o777 == 0o600


def test_the_head_of_an_hour_that_is_over_is_written_by_the_next_act(audited, heard):
    """Whichever process comes first does it, also when the last one was killed."""
    act(3)
    assert read_heads(audited) == []
    head = find_head(audited)
    later = (head.at + timedelta(hours=1)).timestamp()

    for _ in range(2):
        heads = Heads(audited, clock=lambda: later)
        heads.expect(head)
    heads.close()

    assert [(head.id, head.mac) for head in read_heads(audited)] == [(3, head.mac)]


def test_the_head_is_written_when_the_process_stops(audited):
    """Closing the house does it."""
    act(2)

    audited.close()

    assert [head.id for head in read_heads(audited)] == [2]


def test_a_torn_line_does_not_hide_the_others(trail):
    """A machine that lost power in the middle of a line goes on with a new one."""
    path = trail.home / FILE
    with path.open("a") as file:
        file.write('{"at": "2026-')
    write_head(trail, find_head(trail))

    assert [head.id for head in read_heads(trail)] == [4, 6]
    assert broken(trail) is None


def test_facts_that_are_no_json_any_more_can_still_be_looked_at(trail):
    """The page of a record that was tampered with opens."""
    tamper(trail, "UPDATE accounts_audit SET facts = '{oops' WHERE id = 2")

    assert get_record(trail, 2).facts == {"unreadable": "{oops"}


@pytest.fixture
def restored(trail):
    """A trail of six records that was cut to four by a restore, and goes on."""
    write_head(trail, find_head(trail))
    cut(trail, 4)
    write_restart(trail, find_head(trail))
    act(1)
    return trail


def test_a_restored_trail_is_whole(restored):
    """The heads of the time that is gone hold no more, and later ones do."""
    write_head(restored, find_head(restored))

    assert broken(restored) is None
    assert [head.id for head in read_heads(restored)][-2:] == [4, 5]


def test_what_is_cut_after_a_restore_is_found(restored):
    """The restart allows for itself alone."""
    write_head(restored, find_head(restored))
    cut(restored, 4)

    assert broken(restored).id == 5


def test_a_restart_is_good_in_its_place_only(restored):
    """Its line copied to the end, or sealed with another key, allows nothing."""
    file = restored.home / FILE
    restart = file.read_text().splitlines()[-1]
    write_head(restored, find_head(restored))
    cut(restored, 4)
    with file.open("a") as heads:
        heads.write(f"{restart}\n")

    assert broken(restored).id == 5


def cut(house, last: int) -> None:
    """Remove the records after one, as whoever owns the database can."""
    tamper(house, f"DELETE FROM accounts_audit WHERE id > {last}")
