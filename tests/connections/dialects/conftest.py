"""Databases of a test's own."""

from __future__ import annotations

import pytest

from tests.connections.shops import new_shop
from tests.services import connect


@pytest.fixture
def shop(postgresql):
    """An empty PostgreSQL database owned by a role that is no superuser."""
    with new_shop(postgresql) as target:
        yield target


@pytest.fixture
def shop_door(shop):
    """Run statements in `shop` as its owner, without our wall."""

    def run(*statements: str) -> list[tuple[object, ...]]:
        with connect(shop.url) as connection:
            for statement in statements:
                cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    return run
