"""Settings of the ground floor: where things are, and how the process runs."""

from entrepot.base.settings import AnySetting, Setting

CONFIG_DIR = Setting(
    "config_dir",
    "/app",
    "Folder of secrets/, db-config/db-config.properties and config.json.",
    variable="CONFIG_DIR",
)
HOME = Setting(
    "home", "./entrepot-data", "Folder of our database, files and the secret key."
)
FLASK_ENV = Setting(
    "flask_env",
    "production",
    "Which set of defaults holds: production, or development.",
    variable="FLASK_ENV",
    aliases=("ENV", "APP_ENV"),
    choices=("production", "development"),
)
ROOMS_SERVED = Setting(
    "rooms", "", "Rooms to serve, separated by commas; empty serves them all."
)
SECRET_KEY = Setting(
    "secret_key",
    "",
    "Key that encrypts stored passwords and signs; made once in the home when empty.",
    variable="SECRET_KEY",
    secret=True,
)
DATABASE_URL = Setting(
    "database_url",
    "",
    "Our own database; empty is a SQLite file in the home.",
    variable="DATABASE_URL",
    secret=True,
)
DB_POOL_SIZE = Setting(
    "db_pool_size_count",
    10,
    "Connections kept open to our own database.",
    variable="DB_POOL_SIZE",
    aliases=("DATABASE_POOL_SIZE",),
    at_least=1,
    at_most=1_000,
    development=5,
)
DB_MAX_OVERFLOW = Setting(
    "db_max_overflow_count",
    20,
    "Connections beyond the pool when it is empty.",
    variable="DB_MAX_OVERFLOW",
    aliases=("DATABASE_MAX_OVERFLOW",),
    at_least=0,
    at_most=1_000,
)
DB_POOL_TIMEOUT = Setting(
    "db_pool_timeout_seconds",
    20,
    "Wait for a free connection to our own database.",
    variable="DB_POOL_TIMEOUT",
    aliases=("DATABASE_POOL_TIMEOUT",),
    at_least=1,
)
DB_POOL_RECYCLE = Setting(
    "db_pool_recycle_seconds",
    3600,
    "Age at which a connection is replaced.",
    variable="DB_POOL_RECYCLE",
    aliases=("DATABASE_POOL_RECYCLE",),
    at_least=1,
)
DB_POOL_PRE_PING = Setting(
    "db_pool_pre_ping",
    True,
    "Ask a connection whether it still lives before it is used; PostgreSQL only.",
    variable="DB_POOL_PRE_PING",
)
DB_CONNECT_TIMEOUT = Setting(
    "db_connect_timeout_seconds",
    10,
    "Time limit of one attempt to connect to PostgreSQL.",
    variable="DB_CONNECT_TIMEOUT",
    at_least=2,
    at_most=300,
)
DB_APPLICATION_NAME = Setting(
    "db_application_name",
    "entrepot",
    "What PostgreSQL shows our connections as.",
    variable="DB_APPLICATION_NAME",
)
DB_TRANSACTION_ISOLATION_LEVEL = Setting(
    "db_transaction_isolation_level",
    "",
    "Isolation of transactions on PostgreSQL; empty is the server's own default.",
    variable="DB_TRANSACTION_ISOLATION_LEVEL",
    choices=(
        "",
        "READ COMMITTED",
        "READ_COMMITTED",
        "REPEATABLE READ",
        "REPEATABLE_READ",
        "SERIALIZABLE",
    ),
)
DB_WRITE_WAIT = Setting(
    "db_write_wait_seconds",
    60,
    "How long a writer of our own SQLite file waits for another, such as a large "
    "import; a request waits no longer than it may take.",
    variable="ENTREPOT_DATABASE_WRITE_WAIT_SECONDS",
    at_least=1,
    at_most=3600,
)
DB_SLOW_QUERY_THRESHOLD_MS = Setting(
    "db_slow_query_threshold_ms",
    1000,
    "From how long on a statement on our own database is told and counted as slow.",
    variable="DB_SLOW_QUERY_THRESHOLD_MS",
    at_least=1,
)
DB_ECHO = Setting(
    "db_echo",
    False,
    "Show the SQL sent to our own database; development only.",
    variable="DB_ECHO",
    aliases=("DATABASE_ECHO",),
    development=True,
)
DB_REQUIRE_SSL = Setting(
    "db_require_ssl",
    True,
    "Reach a PostgreSQL on another host over TLS only, unless its URL says sslmode.",
    variable="DB_REQUIRE_SSL",
    development=False,
)
DB_SSL_MODE = Setting(
    "db_ssl_mode",
    "",
    "TLS to PostgreSQL, in its own words; empty leaves it to DB_REQUIRE_SSL.",
    variable="DB_SSL_MODE",
    choices=("", "disable", "allow", "prefer", "require", "verify-ca", "verify-full"),
)
DB_SSL_CERT = Setting(
    "db_ssl_cert", "", "File of our own certificate.", variable="DB_SSL_CERT"
)
DB_SSL_KEY = Setting("db_ssl_key", "", "File of its key.", variable="DB_SSL_KEY")
DB_SSL_CA = Setting(
    "db_ssl_ca",
    "",
    "File of the certificates that PostgreSQL's is checked against.",
    variable="DB_SSL_CA",
)
DB_HEALTH_CHECK_INTERVAL = Setting(
    "db_health_check_interval_seconds",
    60,
    "Age up to which a good health check of our own database is given again.",
    variable="DB_HEALTH_CHECK_INTERVAL",
    development=300,
    at_least=0,
)

SETTINGS: tuple[AnySetting, ...] = (
    CONFIG_DIR,
    HOME,
    FLASK_ENV,
    ROOMS_SERVED,
    SECRET_KEY,
    DATABASE_URL,
    DB_POOL_SIZE,
    DB_MAX_OVERFLOW,
    DB_POOL_TIMEOUT,
    DB_POOL_RECYCLE,
    DB_POOL_PRE_PING,
    DB_CONNECT_TIMEOUT,
    DB_APPLICATION_NAME,
    DB_TRANSACTION_ISOLATION_LEVEL,
    DB_WRITE_WAIT,
    DB_SLOW_QUERY_THRESHOLD_MS,
    DB_ECHO,
    DB_REQUIRE_SSL,
    DB_SSL_MODE,
    DB_SSL_CERT,
    DB_SSL_KEY,
    DB_SSL_CA,
    DB_HEALTH_CHECK_INTERVAL,
)
