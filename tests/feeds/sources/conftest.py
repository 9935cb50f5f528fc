"""Sources, asked as an import asks them."""

import pytest

from entrepot.base.errors import EntrepotError
from entrepot.composition import load_settings
from entrepot.feeds import FEED_SOURCES
from entrepot.feeds.spec import Fetching


@pytest.fixture
def place(tmp_path):
    """Where the file is to be."""
    return tmp_path / "import" / "file"


@pytest.fixture
def fetch(environ, place):
    """A function that fetches, with loopback allowed unless told otherwise."""

    def fetch_once(source, address, *, networks="127.0.0.0/8", settings=None, **said):
        given = {"ENTREPOT_FETCH_ALLOWED_NETWORKS": networks, **(settings or {})}
        asked = Fetching(
            address=address,
            to=place,
            settings=load_settings({**environ, **given}),
            **said,
        )
        part = FEED_SOURCES.get(source)
        try:
            part.check(address, asked.settings)
            return part.fetch(asked)
        except EntrepotError:
            assert not place.exists()
            assert not place.parent.exists() or not list(place.parent.iterdir())
            raise

    return fetch_once
