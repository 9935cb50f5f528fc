"""Settings as a library: `from entrepot.config import get_database_config`."""

from __future__ import annotations

from typing import Any

from entrepot.base import ground_settings as knobs
from entrepot.base.store_engine import store_url
from entrepot.composition import load_settings


def get_database_config() -> dict[str, Any]:
    """Return our own database as `app.config.update` of Flask-SQLAlchemy wants it.

    The address holds the password: it is for the configuration, not for people.

    Raises:
        Invalid: A setting is wrong.
    """
    settings = load_settings()
    is_development = settings[knobs.FLASK_ENV] == "development"
    return {
        "SQLALCHEMY_DATABASE_URI": store_url(settings).render_as_string(
            hide_password=False
        ),
        "SQLALCHEMY_ENGINE_OPTIONS": {
            "pool_size": settings[knobs.DB_POOL_SIZE],
            "max_overflow": settings[knobs.DB_MAX_OVERFLOW],
            "pool_timeout": settings[knobs.DB_POOL_TIMEOUT],
            "pool_recycle": settings[knobs.DB_POOL_RECYCLE],
            "pool_pre_ping": settings[knobs.DB_POOL_PRE_PING],
        },
        "SQLALCHEMY_ECHO": settings[knobs.DB_ECHO] and is_development,
        "SQLALCHEMY_TRACK_MODIFICATIONS": False,
    }


__all__ = ["get_database_config"]
