"""A worker that dies in the middle of a delivery: the next sends the same again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from threading import Event

import pytest

from entrepot.composition import build_house, load_kinds
from entrepot.delivery import (
    DestinationWanted,
    Parcel,
    add_destination,
    get_delivery,
    send,
)
from entrepot.migrations import ensure
from tests.answering import answering, reply
from tests.contracts.channel import SECRET
from tests.running import new_installation

PATIENCE_SECONDS = 180.0
SETTINGS = {
    "ENTREPOT_FETCH_ALLOWED_NETWORKS": "127.0.0.1/32",
    "ENTREPOT_JOBS_LOST_SECONDS": "5",
    "ENTREPOT_DELIVERY_WEBHOOK_SECONDS": "60",
}


def until(asked):
    """Wait until something holds."""
    ends = time.monotonic() + PATIENCE_SECONDS
    while not asked():
        assert time.monotonic() < ends, "it never came"
        time.sleep(0.05)


@contextmanager
def worker(installation):
    """Give a worker's process, which is gone when the block ends."""
    process = subprocess.Popen(
        [sys.executable, "-m", "entrepot", "worker"],
        cwd=installation.folder,
        env=installation.environ,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@pytest.mark.fault
def test_a_killed_worker_loses_no_delivery(tmp_path):
    """Killed while the receiver reads: the next worker sends the same id and bytes."""
    installation = new_installation(tmp_path, **SETTINGS)
    house = build_house(installation.environ)
    load_kinds()
    ensure(house)
    held = Event()
    with answering(lambda asked: [bytes(held.wait(60))]) as receiver:
        options = {"url": f"{receiver.url}/hook", "secret": SECRET}
        wanted = DestinationWanted(name="hook", channel="webhook", options=options)
        add_destination(house, wanted)
        parcel = Parcel(event="export.completed", title="Orders", facts={"rows": 1})
        id = send(house, "hook", parcel, "export:7").id
        with worker(installation) as first:
            until(lambda: receiver.asked)
            os.kill(first.pid, signal.SIGKILL)
        receiver.answer = lambda asked: reply(status="202 Accepted")
        held.set()
        with worker(installation):
            until(lambda: get_delivery(house, id).state == "delivered")
    found = get_delivery(house, id)
    house.close()

    assert [one.outcome for one in found.tries] == ["unknown", "delivered"]
    assert len(receiver.asked) == 2
    assert len({asked.body for asked in receiver.asked}) == 1
    assert {a.headers["x-entrepot-delivery"] for a in receiver.asked} == {id}
