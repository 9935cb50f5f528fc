"""Connections on SAP's data products, with and without a CSN in the database."""

import pytest
from tests.dataproducts.sap.stock import build

from entrepot.connections import DIALECTS, add_connection

POINTS = """[entrepot.connections.dialects]
sapdouble = tests.dataproducts.sap.stock:DIALECT
"""


@pytest.fixture
def sapdouble(tmp_path, monkeypatch):
    """A kind of database that another distribution brings."""
    folder = tmp_path / "site" / "sapdouble-1.0.dist-info"
    folder.mkdir(parents=True)
    (folder / "METADATA").write_text("Name: sapdouble\nVersion: 1.0\n")
    (folder / "entry_points.txt").write_text(POINTS)
    with monkeypatch.context() as patch:
        patch.syspath_prepend(folder.parent)
        DIALECTS.look_again()
        yield
    DIALECTS.look_again()


@pytest.fixture
def sap(house, client, tmp_path, monkeypatch, sapdouble):
    """The client of a house whose connection `bdc` has products and their CSN."""
    monkeypatch.chdir(tmp_path)
    path = build(tmp_path / "home" / "sap.duckdb")
    add_connection(house, name="bdc", url=f"sapdouble:///{path}", by="test")
    return client


@pytest.fixture
def plain_sap(house, client, tmp_path, monkeypatch):
    """The same products where the database knows no CSN."""
    monkeypatch.chdir(tmp_path)
    path = build(tmp_path / "home" / "sap.duckdb")
    add_connection(house, name="bdc", url=f"duckdb:///{path}", by="test")
    return client
