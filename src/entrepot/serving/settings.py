"""Settings of the server."""

from entrepot.base.settings import AnySetting, Setting

WORKERS = Setting(
    "serving_workers_count",
    2,
    "Processes that answer requests.",
    at_least=1,
    at_most=64,
)
THREADS = Setting(
    "serving_threads_count",
    16,
    "Requests that one process answers at the same time.",
    at_least=2,
    at_most=256,
)
OPEN_BROWSER = Setting(
    "serving_open_browser",
    False,
    "Open the page in the browser when the server answers.",
    early=True,
)
WORKER = Setting(
    "serving_worker",
    True,
    "Start a worker for background jobs beside the server.",
)
TLS_CERT = Setting(
    "serving_tls_cert_file",
    "",
    "Certificate with its chain (PEM): the server speaks HTTPS by itself.",
    variable="ENTREPOT_TLS_CERT_FILE",
    early=True,
)
TLS_KEY = Setting(
    "serving_tls_key_file",
    "",
    "Private key of the certificate (PEM, without a password).",
    variable="ENTREPOT_TLS_KEY_FILE",
    early=True,
)

SETTINGS: tuple[AnySetting, ...] = (
    WORKERS,
    THREADS,
    OPEN_BROWSER,
    WORKER,
    TLS_CERT,
    TLS_KEY,
)
