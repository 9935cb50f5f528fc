"""Records to export, and a way to ask for it."""

from __future__ import annotations

import csv
import io

import pytest
from tests.clients.records import participants

from entrepot.app import create_app
from entrepot.web.guard import Identity


@pytest.fixture
def client_of(house):
    """Make the client of somebody: `client_of("ann@example.com", "viewer")`."""

    def make(name="local", role="admin"):
        who = Identity(name=name, role=role)
        return create_app(house, identify=lambda _: who).test_client()

    return make


@pytest.fixture
def client(client_of):
    """The client of an admin."""
    return client_of()


@pytest.fixture
def export(client):
    """Ask for an export of `count` participants; return the answer."""

    def ask(count=3, kind="participants", headers=None, data=None, **more):
        records = participants(count) if data is None else data
        body = {"data": records, **more}
        path = f"/api/ybb/export/{kind}"
        return client.post(path, json=body, headers=headers or {}, buffered=True)

    return ask


@pytest.fixture
def rows_of():
    """Read a CSV file's bytes as one dict a row."""

    def read(content):
        text = content.decode("utf-8-sig")
        return list(csv.DictReader(io.StringIO(text, newline="")))

    return read
