"""A house on each kind of database, people in it, and a clock that tests move."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from entrepot.accounts import Caller, add_user, log_in
from entrepot.app import create_app
from entrepot.base.acting import SYSTEM, become
from entrepot.composition import build_house, hear
from entrepot.migrations import import_models
from tests.conftest import PASSWORD
from tests.databases import prepared

ON_SQLITE = pytest.mark.parametrize("environ", ["sqlite"], indirect=True)
"""For what has nothing to do with the kind of database."""

HERE = Caller(address="192.0.2.7", agent="tests")


class Clock:
    """The time, which passes when a test says so."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.now

    def monotonic(self) -> float:
        """Return the seconds that passed, as the clock of a machine counts them."""
        return self.now.timestamp()

    def pass_by(self, **much: float) -> None:
        """Let some time pass."""
        self.now += timedelta(**much)


@pytest.fixture
def clock():
    """A clock at the time of the test."""
    return Clock()


@pytest.fixture(params=["sqlite", "postgresql"])
def environ(request, tmp_path):
    """The variables of a house with a migrated database, on each kind."""
    with prepared(request, request.param, tmp_path) as environ:
        yield environ


@pytest.fixture
def house(environ):
    """A house whose database is ready."""
    house = build_house(environ)
    import_models()
    hear(house)
    yield house
    house.close()


@pytest.fixture
def audited(house):
    """That house, after which nobody acts any more."""
    yield house
    become(SYSTEM)


@pytest.fixture
def ada(house):
    """An admin."""
    return add_user(
        house, email="ada@example.com", password=PASSWORD, role="admin"
    ).user


@pytest.fixture
def tokens(house, ada, clock):
    """What Ada got when she signed in."""
    return log_in(house, email=ada.email, password=PASSWORD, caller=HERE, clock=clock)


@pytest.fixture
def client(house):
    """Flask's test client of a house where people must sign in."""
    return create_app(house).test_client()


def bearer(token: str) -> dict[str, str]:
    """Return the header that shows a token."""
    return {"Authorization": f"Bearer {token}"}
