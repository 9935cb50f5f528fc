"""Why our own database cannot be used, in words that help."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import ArgumentError, DBAPIError

from entrepot.base.errors import EntrepotError, Invalid, Unavailable
from entrepot.base.store import Store

REFUSED = ("authentication failed", "does not exist", "no pg_hba.conf entry")
"""What PostgreSQL says when trying again will not help."""


@contextmanager
def explained(store: Store) -> Iterator[None]:
    """Turn what the driver and the system say into one of our errors.

    Raises:
        Invalid: The address is wrong, or the file cannot be written.
        Unavailable: The database server cannot be reached now.
    """
    try:
        yield
    except (ArgumentError, ImportError) as error:
        raise Invalid(
            "DATABASE_URL is not the address of a database we can use",
            hint="write sqlite:///file.db or postgresql://user:password@host/name",
        ) from error
    except OSError as error:
        raise _no_file(store, error.strerror or str(error)) from error
    except DBAPIError as error:
        raise _driver(store, str(error.orig).splitlines()[0]) from error


def _driver(store: Store, said: str) -> EntrepotError:
    if store.url.get_backend_name() == "sqlite":
        if "locked" in said:
            return Unavailable(f"another process holds {store.url.database}")
        return _no_file(store, said)
    where = f"our own database at {store.url.host}: {said}"
    if any(word in said for word in REFUSED):
        return Invalid(where, hint="look at user, password and name in DATABASE_URL")
    return Unavailable(where, hint="is it running? DATABASE_URL says where")


def _no_file(store: Store, said: str) -> Invalid:
    return Invalid(
        f"our own database {store.url.database} cannot be used: {said}",
        hint="set ENTREPOT_HOME to a folder that you may write to",
    )
