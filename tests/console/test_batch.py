"""Several statements in one request."""

from __future__ import annotations


def test_a_script_stops_at_its_first_error(ask):
    """The rest is skipped; the error's place is one in the script."""
    script = "SELECT 1 AS a;\nSELECT nix;\nSELECT 2 AS b"

    status, answer = ask("batch", script=script)

    steps = answer["data"]
    assert status == 200
    assert [s["state"] for s in steps] == ["completed", "failed", "skipped"]
    assert steps[0]["answer"]["rows"] == [{"a": 1}]
    assert [steps[1]["error"][k] for k in ("position", "line", "column")] == [23, 2, 8]


def test_a_batch_goes_on_if_it_is_told_to(ask):
    """Each statement has values of its own."""
    queries = ["nonsense", {"query": "SELECT :x AS x", "params": {"x": 5}}]

    _, answer = ask("batch", queries=queries, continue_on_error=True, shape="arrays")

    assert [s["state"] for s in answer["data"]] == ["failed", "completed"]
    assert answer["data"][1]["answer"]["rows"] == [[5]]


def test_a_batch_has_a_statement_and_not_too_many(ask):
    """400 for none, for 101, and for both ways at once."""
    assert ask("batch", queries=["SELECT 1"])[0] == 200

    assert ask("batch", queries=[])[1]["code"] == "missing-sql"
    assert ask("batch", script="; -- nothing")[1]["code"] == "missing-sql"
    assert ask("batch", queries=["SELECT 1"] * 101)[0] == 400
    assert ask("batch", queries=["SELECT 1"], script="SELECT 1")[0] == 400
