"""Settings of the catalogue service: where products are read from."""

from __future__ import annotations

from entrepot.base.settings import AnySetting, Setting

APP_VERSION = Setting(
    "catalogue_app_version",
    "1.0.0",
    "Version of the deployment, as the home page tells it.",
    variable="APP_VERSION",
)
DATA_SOURCE = Setting(
    "catalogue_data_source",
    "",
    "Where /api/products reads: json is the five samples, db is a database; empty is "
    "our own database once it has products, and the samples until then.",
    variable="DATA_SOURCE",
    choices=("", "json", "db"),
)
DB_HOST = Setting(
    "catalogue_db_host",
    "localhost",
    "PostgreSQL that db reads, where any of the four is set; otherwise our own.",
    variable="DB_HOST",
)
DB_PORT = Setting(
    "catalogue_db_port",
    5432,
    "Its port.",
    variable="DB_PORT",
    at_least=1,
    at_most=65_535,
)
DB_NAME = Setting("catalogue_db_name", "catalogue", "Its database.", variable="DB_NAME")
DB_USER = Setting("catalogue_db_user", "devops", "Who reads there.", variable="DB_USER")
DB_PASSWORD = Setting(
    "catalogue_db_password",
    "devops",
    "Their password.",
    variable="DB_PASSWORD",
    secret=True,
)
CONNECTIONS = Setting(
    "catalogue_connections_count",
    8,
    "Connections that a process keeps to the PostgreSQL that products are read from.",
    at_least=1,
    at_most=64,
)
PROBE_SECONDS = Setting(
    "catalogue_probe_seconds",
    5.0,
    "While that database is away, how often it is tried again.",
    at_least=0.1,
    at_most=600.0,
)

SETTINGS: tuple[AnySetting, ...] = (
    APP_VERSION,
    DATA_SOURCE,
    DB_HOST,
    DB_PORT,
    DB_NAME,
    DB_USER,
    DB_PASSWORD,
    CONNECTIONS,
    PROBE_SECONDS,
)
