"""A registered connection `shop` on the awkward database."""

import pytest
from tests.dataproducts.stock import build

from entrepot.connections import add_connection


@pytest.fixture
def environ(environ):
    """Settings with time enough: a busy machine is no failure."""
    names = ("FACET", "PROFILE")
    return environ | {f"ENTREPOT_DATAPRODUCTS_{name}_SECONDS": "60" for name in names}


@pytest.fixture
def shop(house, client, tmp_path, monkeypatch):
    """The client of a house that knows the connection `shop`."""
    monkeypatch.chdir(tmp_path)
    path = build(tmp_path / "home" / "shop.db")
    add_connection(house, name="shop", url=f"sqlite:///{path}", by="test")
    return client
