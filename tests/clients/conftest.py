"""A server where people must sign in, with a key for programs."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pytest
from tests.clients.php import Php
from tests.running import new_installation, serving


@dataclass(frozen=True)
class Service:
    """Where a server is, and a key that it lets in."""

    url: str
    key: str


@pytest.fixture(scope="session")
def service(tmp_path_factory):
    """A server with small limits on bodies, and a key for exports alone."""
    folder = tmp_path_factory.mktemp("service")
    limits = {"RATE_LIMIT_PER_MINUTE": "0", "MAX_CONTENT_LENGTH": "20000000"}
    installation = new_installation(folder, ENTREPOT_AUTH="required", **limits)
    installation.run("db", "create-admin", "admin@example.com", "secret-long-one")
    made = installation.run(
        "keys", "add", "shop", "--role", "analyst", "--scope", "exports", "--json"
    )
    with serving(installation) as url:
        yield Service(url, json.loads(made)["secret"])


@pytest.fixture
def php(service):
    """PHP's client of that server."""
    return Php(service.url, service.key)
