"""A house that may deliver to loopback and a folder, and somebody who does its jobs."""

import pytest

from entrepot.composition import build_house, load_kinds
from entrepot.delivery import DestinationWanted, add_destination
from tests import working
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

    return lambda: working.do_jobs(house)
