"""Settings of the web."""

from entrepot.base.settings import AnySetting, Setting

HOST = Setting(
    "host",
    "127.0.0.1",
    "Address the server listens on; where others reach it, people must sign in.",
    variable="HOST",
    aliases=("API_HOST",),
)
PORT = Setting(
    "port",
    5000,
    "Port the server listens on.",
    variable="PORT",
    aliases=("API_PORT", "APP_PORT"),
    at_least=1,
    at_most=65_535,
)
AUTH = Setting(
    "auth",
    "",
    "Who may come in: required is people with an account or a key; open is also the "
    "person at this machine, as admin. When empty, `entrepot serve` on loopback is "
    "open, and everything else is required.",
    choices=("open", "required"),
)
ALLOWED_HOSTS = Setting(
    "allowed_hosts",
    "",
    "Names this server answers to beside loopback, separated by commas.",
)
MAX_CONTENT_LENGTH = Setting(
    "max_content_length_bytes",
    104_857_600,
    "Largest request body.",
    variable="MAX_CONTENT_LENGTH",
    at_least=1,
)
DOWNLOADS = Setting(
    "downloads_count",
    8,
    "Downloads a process makes and sends at once; half of its threads.",
    at_least=1,
)

SETTINGS: tuple[AnySetting, ...] = (
    HOST,
    PORT,
    AUTH,
    ALLOWED_HOSTS,
    MAX_CONTENT_LENGTH,
    DOWNLOADS,
)
