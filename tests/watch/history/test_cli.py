"""`entrepot metrics …`."""

from __future__ import annotations

import json
import time

import pytest
from click.testing import CliRunner

from entrepot.base.errors import Invalid
from entrepot.cli import entrepot
from entrepot.watch.history.keeper import Keeper
from tests.watch.history.conftest import ENDPOINT, serve


@pytest.fixture
def run(house):
    """A function that runs `entrepot metrics …` where three requests were answered."""
    for serving in serve(house):
        serving.answer(0.1, 0.2, 0.3)
        serving.passes()
        keeper = Keeper(house, "web")
        keeper.write(time.time())
        keeper.close()

        def run_one(*arguments):
            return CliRunner().invoke(entrepot, ["metrics", *arguments], obj=house)

        yield run_one


def test_metrics_are_listed(run):
    """Each with its kind, unit and labels."""
    names = {m["name"] for m in json.loads(run("list", "--json").output)}

    assert {"http_request_duration", "memory_usage"} <= names
    assert run("list").output.startswith("name\tkind\tunit\tlabels\thelp\n")


def test_a_metric_is_shown(run):
    """As a table with a line for each moment; as JSON, the API's."""
    asked = (
        "show",
        "catalogue_http_requests_total",
        "--hours",
        "1",
        "--by",
        "endpoint",
    )
    found = json.loads(run(*asked, "--statistic", "count", "--json").output)
    table = run(*asked, "--label", "method=GET").output.splitlines()

    (curve,) = found["series"]
    assert curve["labels"] == {"endpoint": ENDPOINT}
    assert sum(filter(None, curve["points"])) == 3.0
    assert table[0] == f"from, UTC\t{ENDPOINT} 1/s"
    assert len(table) == len(found["timestamps"]) + 1


def test_a_wrong_label_is_refused(run):
    """It says how one is written."""
    assert run("show", "request_rate").exit_code == 0

    refused = run("show", "request_rate", "--label", "x")
    assert isinstance(refused.exception, Invalid)


def test_usage_and_statements_are_shown(run):
    """Who used what; what took longest."""
    used = json.loads(run("usage", "endpoint", "--json").output)
    found = run("statements", "--connection", "-", "--limit", "3").output

    assert [(u["name"], u["times"]) for u in used] == [(ENDPOINT, 3)]
    assert found.startswith("connection\ttimes\tmean ms\tmax ms\trows\tstatement\n")
    assert run("usage", "endpoint").output.splitlines()[1].startswith(ENDPOINT)
