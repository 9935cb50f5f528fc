"""Settings of this room: folders that may be written, and how mail leaves."""

from __future__ import annotations

from entrepot.base.errors import Invalid
from entrepot.base.settings import AnySetting, Setting, Settings

FOLDERS = Setting(
    "delivery_folders",
    "",
    "Folders below which files may be delivered, separated by colons; empty is "
    "`delivered` in the home.",
    guards=True,
)
LINK_URL = Setting(
    "delivery_link_url",
    "",
    "Address of this server as those who get messages reach it, for the links in them.",
)
WEBHOOK_SECONDS = Setting(
    "delivery_webhook_seconds",
    20.0,
    "Time limit of one try to reach a webhook.",
    at_least=1.0,
    at_most=120.0,
)
SMTP_HOST = Setting(
    "delivery_smtp_host", "", "Mail server; e-mail cannot be sent without.", guards=True
)
SMTP_PORT = Setting(
    "delivery_smtp_port", 587, "Its port.", at_least=1, at_most=65_535, guards=True
)
SMTP_TLS = Setting(
    "delivery_smtp_tls",
    "starttls",
    "How the connection to it is encrypted: after STARTTLS, from the beginning (tls), "
    "or not (none).",
    choices=("starttls", "tls", "none"),
    guards=True,
)
SMTP_USER = Setting(
    "delivery_smtp_user", "", "Who we are to it; empty for no login.", guards=True
)
SMTP_PASSWORD = Setting(
    "delivery_smtp_password", "", "The password of that.", secret=True, guards=True
)
SMTP_FROM = Setting(
    "delivery_smtp_from",
    "",
    "Sender of our mail; empty is entrepot at its host.",
)
SMTP_SECONDS = Setting(
    "delivery_smtp_seconds",
    30.0,
    "Time limit of one step with the mail server.",
    at_least=1.0,
    at_most=300.0,
)
ATTACHED = Setting(
    "delivery_attached_bytes",
    5_000_000,
    "The largest file that is attached to a mail; of larger ones the link is sent.",
    at_least=0,
    at_most=50_000_000,
)

SETTINGS: tuple[AnySetting, ...] = (
    FOLDERS,
    LINK_URL,
    WEBHOOK_SECONDS,
    SMTP_HOST,
    SMTP_PORT,
    SMTP_TLS,
    SMTP_USER,
    SMTP_PASSWORD,
    SMTP_FROM,
    SMTP_SECONDS,
    ATTACHED,
)


def check(settings: Settings) -> None:
    """Refuse values that no start should go on with.

    Raises:
        Invalid: A password would go over an open line, or the link is no address.
    """
    link = settings[LINK_URL]
    if link and not link.startswith(("http://", "https://")):
        raise Invalid(f"{LINK_URL.variable} must begin with https:// or http://")
    if settings[SMTP_PASSWORD] and settings[SMTP_TLS] == "none":
        raise Invalid(
            f"{SMTP_PASSWORD.variable} would be sent without encryption",
            hint=f"set {SMTP_TLS.variable} to starttls or tls, or leave it out",
        )
