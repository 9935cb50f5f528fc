"""What a fetch is allowed: loopback or nothing, and the names of a test's own."""

import pytest

from entrepot.base.fetch.client import fetch
from entrepot.base.fetch.requests import Request
from entrepot.composition import load_settings


@pytest.fixture
def settings(environ):
    """A function that gives settings; the network is closed but for what it says."""
    return lambda **variables: load_settings({**environ, **variables})


@pytest.fixture
def ask(settings):
    """A function that fetches, with loopback allowed where nothing else is said."""

    def ask_once(
        url, *, to=None, resolve=None, networks="127.0.0.0/8", hosts="", ca="", **said
    ):
        allowed = settings(
            ENTREPOT_FETCH_ALLOWED_NETWORKS=networks,
            ENTREPOT_FETCH_ALLOWED_HOSTS=hosts,
            ENTREPOT_FETCH_CA_FILE=str(ca),
        )
        others = {"resolve": resolve} if resolve else {}
        return fetch(Request(url=url, **said), allowed, to=to, **others)

    return ask_once
