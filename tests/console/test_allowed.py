"""What the statements of each role may take: bytes, memory, and how many at once."""

from __future__ import annotations

import pytest

from entrepot.base.errors import Invalid, TooMuch
from entrepot.base.identity import Identity
from entrepot.composition import build_house
from entrepot.console import limits, records, service
from entrepot.console.errors import TooManyRuns
from entrepot.console.limits import Limit
from entrepot.console.spec import Wanted


@pytest.mark.parametrize(
    ("role", "kept", "memory", "runs"),
    [
        ("viewer", 50_000_000, 256_000_000, 2),
        ("analyst", 200_000_000, 1_000_000_000, 4),
        ("admin", 200_000_000, 2_000_000_000, 8),
    ],
)
def test_a_role_has_its_limits(house, role, kept, memory, runs):
    """Each names the setting that says so."""
    who = Identity(name="x", role=role)
    named = f"ENTREPOT_WEB_{role.upper()}"

    assert limits.most_bytes(house, who, is_answer=False) == Limit(
        kept, f"{named}_RESULT_BYTES"
    )
    assert limits.most_bytes(house, who, is_answer=True).count <= 64_000_000
    assert limits.most_memory(house, who) == Limit(memory, f"{named}_MEMORY_BYTES")
    assert limits.most_runs(house, who) == Limit(runs, f"{named}_RUNS_COUNT")


@pytest.mark.usefixtures("shop")
def test_one_statement_too_many_names_the_setting(environ, anna):
    """The first would have run; a limit of one lets no second one begin."""
    house = build_house({**environ, "ENTREPOT_WEB_ANALYST_RUNS_COUNT": "1"})
    assert service.execute(house, anna, Wanted(sql="SELECT 1 AS a")).rows == 1
    running = records.new_row(
        id="one",
        kind="read",
        query_type="SELECT",
        connection="shop",
        sql="SELECT 1",
        params=[],
        query_id=None,
        by=anna.name,
        is_watched=False,
        at=records.now(),
    )
    records.begin(house, running, most=limits.most_runs(house, anna))

    with pytest.raises(TooManyRuns, match="as many as you may") as caught:
        service.execute(house, anna, Wanted(sql="SELECT 1 AS a"))

    house.close()
    assert "ENTREPOT_WEB_ANALYST_RUNS_COUNT" in str(caught.value.hint)


@pytest.mark.usefixtures("shop")
def test_a_statement_that_wants_too_much_memory_names_the_setting(environ, anna):
    """A value of SQLite's may be an eighth of it; less would have worked."""
    house = build_house({**environ, "ENTREPOT_WEB_ANALYST_MEMORY_BYTES": "64000000"})
    small = Wanted(sql="SELECT length(hex(zeroblob(3000000))) AS a")
    assert service.execute(house, anna, small).rows == 1

    with pytest.raises(TooMuch) as caught:
        service.execute(house, anna, Wanted(sql="SELECT length(zeroblob(9000000))"))

    house.close()
    assert caught.value.hint == (
        "one statement of yours may take 64 MB of the database's memory: "
        "ENTREPOT_WEB_ANALYST_MEMORY_BYTES says so"
    )


def test_another_error_keeps_its_own_hint():
    """Only what wanted too much is told of memory."""
    error = Invalid("no such table", hint="look again")

    limits.name_memory(error, Limit(1, "X"))

    assert error.hint == "look again"
