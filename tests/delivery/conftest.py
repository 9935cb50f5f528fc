"""A house that may deliver to loopback and a folder, and somebody who does its jobs."""

import pytest
from sqlalchemy import select

from entrepot.base.times import now
from entrepot.composition import build_house, load_kinds
from entrepot.delivery import DestinationWanted, add_destination
from entrepot.jobs import Job
from entrepot.jobs.engine.attempt import Attempts
from entrepot.jobs.engine.hands import Hands
from tests.answering import answering, reply
from tests.contracts.channel import SECRET
from tests.databases import copy_schema


@pytest.fixture
def house(environ, tmp_path, sqlite_template):
    """A house whose webhooks may lead to loopback, its database ready."""
    load_kinds()
    said = {
        "ENTREPOT_FETCH_ALLOWED_NETWORKS": "127.0.0.1/32",
        "ENTREPOT_DELIVERY_FOLDERS": str(tmp_path / "out"),
        "ENTREPOT_DELIVERY_LINK_URL": "https://entrepot.example/",
    }
    house = build_house({**environ, **said})
    copy_schema(house, sqlite_template)
    yield house
    house.close()


@pytest.fixture
def receiver():
    """A webhook's other side, which takes everything until it is told otherwise."""
    with answering(lambda asked: reply(status="202 Accepted")) as server:
        yield server


@pytest.fixture
def hook(house, receiver):
    """The destination `hook`, which leads to the receiver."""
    options = {"url": f"{receiver.url}/hook", "secret": SECRET}
    wanted = DestinationWanted(name="hook", channel="webhook", options=options)
    return add_destination(house, wanted)


@pytest.fixture
def do_jobs(house):
    """A function that does what a worker would do now, each waiting job once."""

    def do():
        attempts = Attempts(house, Hands(), "host-1")
        with house.store.session() as session:
            waiting = session.scalars(
                select(Job).where(Job.status == "pending").order_by(Job.id)
            )
            taken = []
            for job in waiting:
                job.dispatch_count += 1
                job.dispatched_at = now()
                taken.append((job.job_uuid, job.dispatch_count))
        for id, count in taken:
            attempts.make(id, count)
        return len(taken)

    return do
