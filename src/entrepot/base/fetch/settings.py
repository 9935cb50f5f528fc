"""Settings of the HTTP client: where it may go beyond the public network."""

from __future__ import annotations

from pathlib import Path

from entrepot.base.errors import Invalid
from entrepot.base.networks import parse_networks
from entrepot.base.settings import AnySetting, Setting, Settings

ALLOWED_NETWORKS = Setting(
    "fetch_allowed_networks",
    "",
    "Networks that webhooks and downloads may reach though they are not public, e.g. "
    "10.1.0.0/16.",
    guards=True,
)
ALLOWED_HOSTS = Setting(
    "fetch_allowed_hosts",
    "",
    "Names of hosts that they may reach whatever addresses these have, separated by "
    "commas.",
    guards=True,
)
CA_FILE = Setting(
    "fetch_ca_file",
    "",
    "File of certificates that are trusted beside the usual ones, for servers of one's "
    "own.",
    guards=True,
)

SETTINGS: tuple[AnySetting, ...] = (ALLOWED_NETWORKS, ALLOWED_HOSTS, CA_FILE)


def check(settings: Settings) -> None:
    """Refuse values that no start should go on with.

    Raises:
        Invalid: A network is none, or the file is not there.
    """
    parse_networks(settings[ALLOWED_NETWORKS], ALLOWED_NETWORKS.variable)
    file = settings[CA_FILE]
    if file and not Path(file).is_file():
        raise Invalid(f"{CA_FILE.variable}: there is no file {file}")
