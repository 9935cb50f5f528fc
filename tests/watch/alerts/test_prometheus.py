"""The rules as Prometheus reads them, judged by its own tool."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from entrepot.watch.alerts.rule_file import render_rule_file
from entrepot.watch.alerts.rules import list_rules
from entrepot.watch.alerts.shipped import ship_rules

PROMTOOL = shutil.which("promtool") or "promtool"

UNIT_TESTS = """
rule_files: [rules.yml]
evaluation_interval: 30s
tests:
  - interval: 30s
    input_series:
      - series: 'catalogue_http_requests_total{status="200"}'
        values: '0+100x40'
      - series: 'catalogue_http_requests_total{status="500"}'
        values: '0+0x10 0+50x30'
      - series: 'entrepot_alert_value{rule="Late \\"orders\\""}'
        values: '0x20 7x20'
      - series: 'entrepot_alert_value{rule="Database down"}'
        values: '0x4 1x36'
      - series: 'catalogue_http_request_duration_seconds_bucket{le="1"}'
        values: '0+1x40'
      - series: 'catalogue_http_request_duration_seconds_bucket{le="5"}'
        values: '0+100x40'
      - series: 'catalogue_http_request_duration_seconds_bucket{le="+Inf"}'
        values: '0+100x40'
    alert_rule_test:
      - eval_time: 1m
        alertname: DatabaseDown
        exp_alerts: []
      - eval_time: 4m
        alertname: DatabaseDown
        exp_alerts:
          - exp_labels: {severity: critical, rule: Database down}
            exp_annotations:
              summary: Database down
              description: Our own database does not answer.
              condition: database_failed == true
      - eval_time: 4m
        alertname: LateOrders
        exp_alerts: []
      - eval_time: 15m
        alertname: LateOrders
        exp_alerts:
          - exp_labels: {severity: info, rule: 'Late "orders"'}
            exp_annotations:
              summary: 'Late "orders"'
              description: 'sql("shop", "SELECT 7") > 5'
              condition: 'sql("shop", "SELECT 7") > 5'
      - eval_time: 4m
        alertname: Failing
        exp_alerts: []
      - eval_time: 15m
        alertname: Failing
        exp_alerts:
          - exp_labels: {severity: warning}
            exp_annotations:
              summary: Failing
              description: error_rate > 10 per minute
              condition: error_rate > 10 per minute
      - eval_time: 15m
        alertname: Slow
        exp_alerts:
          - exp_labels: {severity: warning}
            exp_annotations:
              summary: Slow
              description: p95(http_request_duration) > 2s over 5 minutes
              condition: p95(http_request_duration) > 2s over 5 minutes
"""


@pytest.fixture
def written(house, rule, tmp_path):
    """The file of the shipped rules and some of one's own."""
    ship_rules(house)
    rule("Failing", "error_rate > 10 per minute", channels=())
    rule("Slow", "p95(http_request_duration) > 2s over 5 minutes", channels=())
    rule("Memory", "max(memory_usage) > 1000000000 over 10 minutes", channels=())
    rule("Off", "error_rate > 50 %", is_enabled=False, channels=())
    rules = list_rules(house)
    made = [r for r in rules if r.name != "Late"]
    late = next(r for r in rules if r.name == "Failing")
    from dataclasses import replace

    made.append(
        replace(
            late,
            name='Late "orders"',
            kind="sql",
            severity="info",
            condition='sql("shop", "SELECT 7") > 5',
        )
    )
    file = tmp_path / "rules.yml"
    file.write_text(render_rule_file(made, interval_seconds=30))
    return file


def run(*command, folder):
    """Return what the tool says."""
    return subprocess.run(
        [PROMTOOL, *command], cwd=folder, capture_output=True, text=True, check=False
    )


def test_prometheus_takes_every_rule(written):
    """`promtool check rules` counts those that are on."""
    ended = run("check", "rules", written.name, folder=written.parent)

    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert f"{written.read_text().count('- alert:')} rules found" in ended.stdout
    assert '"Off"' not in written.read_text()


def test_the_rules_fire_when_ours_do(written):
    """`promtool test rules` with numbers that pass the limits, and some that do not."""
    (written.parent / "tests.yml").write_text(UNIT_TESTS)
    ended = run("test", "rules", "tests.yml", folder=written.parent)

    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_the_tool_tells_a_wrong_rule(written):
    """Else the tests above could not fail."""
    wrong = written.read_text().replace("histogram_quantile", "histogram_quantille")
    written.write_text(wrong)

    assert run("check", "rules", written.name, folder=written.parent).returncode
