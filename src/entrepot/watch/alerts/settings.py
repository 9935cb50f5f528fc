"""Settings of alerts."""

from __future__ import annotations

from entrepot.base.settings import AnySetting, Setting

ALERTS_ENABLED = Setting(
    "watch_alerts_enabled",
    True,
    "Whether alert rules are evaluated, and people told.",
    variable="ALERTS_ENABLED",
)
ALERTS_SECONDS = Setting(
    "watch_alerts_interval_seconds",
    30.0,
    "Seconds between two looks at every alert rule.",
    at_least=1.0,
    at_most=3_600.0,
)
ALERTS_QUERY_SECONDS = Setting(
    "watch_alerts_query_seconds",
    10.0,
    "Time limit of the query of an alert rule.",
    at_least=0.5,
    at_most=60.0,
)
ALERT_EMAIL = Setting(
    "watch_alert_email",
    "",
    "Addresses that get the alerts of rules which name no destination, separated by "
    "commas.",
    variable="ALERT_EMAIL",
)
ALERT_SLACK_WEBHOOK = Setting(
    "watch_alert_slack_webhook",
    "",
    "Incoming webhook of Slack that gets the alerts of rules which name no "
    "destination.",
    variable="ALERT_SLACK_WEBHOOK",
    secret=True,
)

SETTINGS: tuple[AnySetting, ...] = (
    ALERTS_ENABLED,
    ALERTS_SECONDS,
    ALERTS_QUERY_SECONDS,
    ALERT_EMAIL,
    ALERT_SLACK_WEBHOOK,
)
