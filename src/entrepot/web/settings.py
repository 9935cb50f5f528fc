"""Settings of the web."""

from entrepot.base.allowances import (
    ADMIN_EXPORT_ROWS,
    ADMIN_READ_SECONDS,
    ADMIN_SCREEN_ROWS,
    MEMORY_BYTES,
    RESULT_BYTES,
    RUNS_COUNT,
)
from entrepot.base.settings import AnySetting, Setting, Settings

HOST = Setting(
    "host",
    "127.0.0.1",
    "Address the server listens on; where others reach it, people must sign in.",
    variable="HOST",
    aliases=("API_HOST",),
    early=True,
)
PORT = Setting(
    "port",
    5000,
    "Port the server listens on.",
    variable="PORT",
    aliases=("API_PORT", "APP_PORT"),
    at_least=1,
    at_most=65_535,
    early=True,
)
AUTH = Setting(
    "auth",
    "",
    "Who may come in: required is people with an account or a key; open is also the "
    "person at this machine, as admin. When empty, `entrepot serve` on loopback is "
    "open, and everything else is required.",
    choices=("open", "required"),
    early=True,
)
ALLOWED_HOSTS = Setting(
    "allowed_hosts",
    "",
    "Names this server answers to beside loopback, separated by commas.",
    guards=True,
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
RATE_LIMIT = Setting(
    "rate_limit_per_minute_count",
    60,
    "Requests a minute of one anonymous address or one API key, to exports and data "
    "by machine and to signing in; 0 is no limit.",
    variable="RATE_LIMIT_PER_MINUTE",
    at_least=0,
)
PERSON_RATE_LIMIT = Setting(
    "person_rate_limit_per_minute_count",
    1200,
    "The same for a signed-in person and the person at this machine; 0 is no limit.",
    at_least=0,
)
MAX_CONCURRENT = Setting(
    "max_concurrent_per_ip_count",
    10,
    "Requests of one address that are answered at the same time; 0 is no limit.",
    variable="MAX_CONCURRENT_PER_IP",
    at_least=0,
    at_most=10_000,
)
REDIS_URL = Setting(
    "redis_url",
    "",
    "Redis that several hosts count their callers' requests in; empty counts on each "
    "host by itself.",
    variable="REDIS_URL",
    secret=True,
)
REQUEST_TIMEOUT = Setting(
    "request_timeout_seconds",
    300,
    "Time that a request may take, its statements and outgoing calls included; "
    "0 is no limit.",
    variable="REQUEST_TIMEOUT",
    at_least=0,
)
TRUSTED_PROXIES = Setting(
    "trusted_proxies",
    "0",
    "Proxies whose X-Forwarded headers are believed: how many stand before this "
    "server, or their addresses and networks, separated by commas.",
    variable="TRUSTED_PROXIES",
    guards=True,
)
FORCE_HTTPS = Setting(
    "force_https",
    False,
    "Answer over HTTPS only: plain requests are sent there, all but /health.",
    variable="FORCE_HTTPS",
)
HSTS = Setting(
    "hsts_seconds",
    31_536_000,
    "Time for which browsers remember to use HTTPS where it is forced; 0 says nothing.",
    at_least=0,
)
IP_ALLOW_LIST = Setting(
    "ip_allow_list",
    "",
    "Addresses and networks that may reach this server beside this machine; empty is "
    "everybody.",
    variable="ALLOWED_IPS",
    aliases=("IP_ALLOW_LIST",),
)
IP_DENY_LIST = Setting(
    "ip_deny_list",
    "",
    "Addresses and networks that may not reach this server, whatever else is set.",
    variable="BLOCKED_IPS",
    aliases=("IP_DENY_LIST",),
)
CORS_ORIGINS = Setting(
    "cors_origins",
    "",
    "Origins whose pages may use the API, separated by commas; http://localhost:* is "
    "every port there. With ENTREPOT_AUTH=open they may do what you may.",
    variable="CORS_ORIGINS",
    aliases=("ALLOWED_ORIGINS",),
    development="http://localhost:*",
    guards=True,
)
CACHE_BYTES = Setting(
    "response_cache_bytes",
    64_000_000,
    "Memory of each process for answers that everybody gets alike; 0 keeps none.",
    at_least=0,
    at_most=10_000_000_000,
)
LOG_REQUEST_BODY = Setting(
    "web_log_request_body",
    False,
    "Keep the beginning of what requests send beside their traces, without secrets; "
    "it may tell of people.",
    variable="LOG_REQUEST_BODY",
    guards=True,
)
LOG_RESPONSE_BODY = Setting(
    "web_log_response_body",
    False,
    "Keep the beginning of what they are answered, too; it may tell of people.",
    variable="LOG_RESPONSE_BODY",
    guards=True,
)
SETTINGS: tuple[AnySetting, ...] = (
    HOST,
    PORT,
    AUTH,
    ALLOWED_HOSTS,
    MAX_CONTENT_LENGTH,
    DOWNLOADS,
    RATE_LIMIT,
    PERSON_RATE_LIMIT,
    MAX_CONCURRENT,
    REDIS_URL,
    REQUEST_TIMEOUT,
    TRUSTED_PROXIES,
    FORCE_HTTPS,
    HSTS,
    IP_ALLOW_LIST,
    IP_DENY_LIST,
    CORS_ORIGINS,
    CACHE_BYTES,
    LOG_REQUEST_BODY,
    LOG_RESPONSE_BODY,
    ADMIN_READ_SECONDS,
    ADMIN_SCREEN_ROWS,
    ADMIN_EXPORT_ROWS,
    *RESULT_BYTES.values(),
    *MEMORY_BYTES.values(),
    *RUNS_COUNT.values(),
)


def check(settings: Settings) -> None:
    """Refuse values that no start should go on with.

    Raises:
        Invalid: A network, an origin or a combination of them is wrong.
    """
    # Where nothing is set, the supervisor needs neither Flask nor its time to import.
    if settings[CORS_ORIGINS]:
        from entrepot.web import cors

        cors.parse_origins(settings[CORS_ORIGINS])
    if settings[IP_ALLOW_LIST] or settings[IP_DENY_LIST]:
        from entrepot.web import addresses

        addresses.read_lists(settings)
    if settings[TRUSTED_PROXIES] != TRUSTED_PROXIES.default:
        from entrepot.web import proxies

        proxies.read_trust(settings)
