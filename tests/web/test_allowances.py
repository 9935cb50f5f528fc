"""What each role may take at once."""

from __future__ import annotations

import pytest

from entrepot.base.allowances import Allowance, allowance
from entrepot.composition import load_settings


@pytest.mark.parametrize(
    ("role", "may"),
    [
        (
            "viewer",
            Allowance(
                read_seconds=10,
                screen_rows=1_000,
                export_rows=100_000,
                export_seconds=900,
                result_bytes=50_000_000,
                memory_bytes=256_000_000,
                runs_count=2,
            ),
        ),
        (
            "analyst",
            Allowance(
                read_seconds=30,
                screen_rows=10_000,
                export_rows=5_000_000,
                export_seconds=900,
                result_bytes=200_000_000,
                memory_bytes=1_000_000_000,
                runs_count=4,
            ),
        ),
        (
            "admin",
            Allowance(
                read_seconds=30,
                screen_rows=10_000,
                export_rows=None,
                result_bytes=200_000_000,
                memory_bytes=2_000_000_000,
                runs_count=8,
            ),
        ),
    ],
)
def test_a_role_has_its_table(environ, role, may):
    """Seconds and rows, on the screen and in a file, bytes, and statements at once."""
    assert allowance(role, load_settings(environ)) == may


def test_an_admins_stand_in_the_settings(environ):
    """Each of them can be set; 0 rows is no limit."""
    given = {
        "ENTREPOT_WEB_ADMIN_READ_SECONDS": "60",
        "ENTREPOT_WEB_ADMIN_SCREEN_ROWS": "5",
        "ENTREPOT_WEB_ADMIN_EXPORT_ROWS": "7",
        "ENTREPOT_WEB_ADMIN_RESULT_BYTES": "1000000",
        "ENTREPOT_WEB_ADMIN_MEMORY_BYTES": "64000000",
        "ENTREPOT_WEB_ADMIN_RUNS_COUNT": "3",
    }

    found = allowance("admin", load_settings(environ | given))

    assert found == Allowance(
        read_seconds=60,
        screen_rows=5,
        export_rows=7,
        result_bytes=1_000_000,
        memory_bytes=64_000_000,
        runs_count=3,
    )
