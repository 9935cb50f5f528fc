"""Settings of the web."""

from entrepot.base.settings import AnySetting, Setting

HOST = Setting(
    "host",
    "127.0.0.1",
    "Address the server listens on; until accounts stand, loopback only.",
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
    "open",
    "Who may come in: open is the person at this machine, as admin.",
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
