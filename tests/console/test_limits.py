"""How much a statement may take."""

import pytest

from entrepot.composition import build_house
from entrepot.console.limits import most_seconds
from entrepot.console.spec import Wanted

HANA = {"HANA_HOST": "hana.example", "HANA_USER": "U", "HANA_PASSWORD": "x"}


@pytest.mark.parametrize(
    ("connection", "wanted", "seconds"),
    [
        ("hana", None, 7.0),
        ("hana", 60.0, 7.0),
        ("hana", 2.0, 2.0),
        ("shop", None, 30.0),
        ("shop", 60.0, 30.0),
    ],
)
def test_the_given_hana_has_a_limit_of_its_own(
    environ, anna, connection, wanted, seconds
):
    """HANA_QUERY_TIMEOUT holds there, below the role's own limit."""
    house = build_house(environ | HANA | {"HANA_QUERY_TIMEOUT": "7"})
    asked = Wanted(sql="SELECT 1", seconds=wanted)

    assert most_seconds(house, anna, asked, connection) == seconds
    house.close()
