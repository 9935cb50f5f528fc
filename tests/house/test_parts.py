"""Every part (channel, dialect, format, source) is described and has its own test."""

from pathlib import Path

import pytest

from entrepot.connections import DIALECTS
from entrepot.delivery import CHANNELS
from entrepot.exports import FORMATS
from entrepot.feeds import FEED_FORMATS, FEED_SOURCES

TESTS = Path(__file__).parents[1]
PARTS = [
    pytest.param(registry, name, id=f"{registry.what} {name}")
    for registry in (CHANNELS, DIALECTS, FORMATS, FEED_FORMATS, FEED_SOURCES)
    for name in registry.names()
]


@pytest.mark.parametrize(("registry", "name"), PARTS)
def test_part_has_a_test_and_a_summary(registry, name):
    """A `tests/<room>/<folder>/test_<name>….py` is there, the summary a sentence."""
    folder = Path(*registry.package.split(".")[1:])

    assert list((TESTS / folder).glob(f"test_{name}*.py"))
    assert registry.get(name).summary.endswith(".")
