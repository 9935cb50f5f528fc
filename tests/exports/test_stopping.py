"""A cancelled export stops the database's statement, not only our reading."""

from __future__ import annotations

import threading
import time

import pytest
from tests.connections.shops import new_shop
from tests.services import connect

from entrepot.connections import add_connection
from entrepot.exports import Asker, ExportRequest, create_export
from entrepot.exports.wanted import Source
from entrepot.jobs import KINDS, JobStopped

MARK = "entrepot_slow_export"
SLOW = f"SELECT i, pg_sleep(30) AS {MARK} FROM generate_series(1, 5) i"


class Stopping:
    """A worker's hands that stop the job once the server is at it."""

    id, attempt = "job", 1

    def __init__(self, parameters, is_running):
        self.parameters = parameters
        self._is_running = is_running
        self.stopped_at = 0.0

    def advance(self, **said):
        if self._is_running():
            self.stopped_at = time.monotonic()
            raise JobStopped("somebody cancelled it")


@pytest.mark.fault
def test_the_server_stops_within_two_seconds(postgresql, house):
    """`pg_stat_activity` has no such statement any more."""
    with new_shop(postgresql) as shop, connect(shop.url) as watcher:

        def is_running():
            found = watcher.execute(
                "SELECT count(*) FROM pg_stat_activity"
                " WHERE state = 'active' AND pid <> pg_backend_pid()"
                f" AND query LIKE '%{MARK}%'"
            )
            return found.fetchone()[0] > 0

        add_connection(house, name="shop", url=shop.url, allow_unsafe_role=True)
        source = Source(connection="shop", query=SLOW)
        request = ExportRequest(source=source, format="csv", wait=False)
        seen = create_export(house, request, Asker(name="ada"))
        hands = Stopping({"export": seen.id}, is_running)
        with pytest.raises(JobStopped):
            KINDS["exports.run"].run(house, hands)
        while is_running():
            threading.Event().wait(0.05)
            assert time.monotonic() - hands.stopped_at < 2.0

        assert hands.stopped_at > 0
