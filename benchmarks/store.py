"""Our own database: what a session costs beside plain SQLAlchemy, and a busy pool.

    python benchmarks/store.py [--scopes 3000] [--seconds 10] [--only sqlite]

The peer is SQLAlchemy's own `Session` on an engine of the same driver, with the same
pragmas and the same BEGIN; both take turns, and the ratio is of the medians of the CPU
time of whole rounds. The load is 500 reads a second from 16 threads over a pool of 10
without overflow: a dozen by key, a page of 50 and a count, in turn.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from sqlalchemy import Engine, create_engine, event, func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from tests.services import own_postgresql  # noqa: E402

from entrepot.base.store import Store  # noqa: E402  # after the path is set
from entrepot.composition import build_house  # noqa: E402
from entrepot.database import DatabaseManager  # noqa: E402
from entrepot.models import User  # noqa: E402

ROWS = 5_000
ROUNDS = 15
RATE, THREADS, POOL = 500, 16, 10
KEY = "n0tT0BeF0undInAnyB00k-4f2a9c7e1d3b58"


@contextmanager
def manager_of(kind: str, folder: Path) -> Iterator[DatabaseManager]:
    """Give a manager of a migrated database with some people in it."""
    environ = {"ENTREPOT_HOME": str(folder), "CONFIG_DIR": str(folder)}
    environ |= {"DB_POOL_SIZE": str(POOL), "DB_MAX_OVERFLOW": "0"}
    with ExitStack() as stack:
        if kind == "postgresql":
            server = stack.enter_context(own_postgresql())
            url = server.admin_url.render_as_string(hide_password=False)
            environ |= {"DATABASE_URL": url, "SECRET_KEY": KEY}
        manager = DatabaseManager(house=build_house(environ))
        manager.initialize()
        with manager.house.store.session() as session:
            people = (f"p{n}@example.com" for n in range(ROWS))
            session.add_all(User(email=e, password_hash="x") for e in people)
        yield manager
        manager.close()


def plain_engine(store: Store) -> Engine:
    """Return an engine as somebody makes it who knows the driver, and no more."""
    engine = create_engine(store.url, pool_size=POOL, pool_pre_ping=True)
    if store.url.get_backend_name() == "sqlite":

        def prepare(connection: object, _record: object) -> None:
            connection.isolation_level = None  # type: ignore[attr-defined]
            for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
                connection.execute(f"PRAGMA {pragma}")  # type: ignore[attr-defined]

        engine = create_engine(store.url, pool_size=POOL)
        event.listen(engine, "connect", prepare)
        event.listen(engine, "begin", lambda c: c.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine


def scopes(store: Store, count: int) -> float:
    """Return ours over theirs for sessions that read one person and write it back."""
    engine = plain_engine(store)

    def ours(n: int) -> None:
        with store.session() as session:
            work(session, n)

    def theirs(n: int) -> None:
        with Session(engine, expire_on_commit=False) as session, session.begin():
            work(session, n)

    rounds = [
        (timed(ours, count // ROUNDS), timed(theirs, count // ROUNDS))
        for _ in range(ROUNDS)
    ]
    engine.dispose()
    mine, peer = (statistics.median(column) for column in zip(*rounds, strict=True))
    each = ROUNDS / count * 1e6
    print(f"  session scope: ours {mine * each:.0f} µs, plain {peer * each:.0f} µs CPU")
    return mine / peer


def work(session: Session, n: int) -> None:
    """Read one person by key, and change them."""
    person = session.get_one(User, n % ROWS + 1)
    person.first_name = f"name {n} {time.perf_counter_ns()}"


def timed(scope: Callable[[int], None], count: int) -> float:
    """Return the CPU seconds of so many scopes."""
    began = time.process_time()
    for n in range(count):
        scope(n)
    return time.process_time() - began


def load(store: Store, seconds: float) -> None:
    """Read at the rate from all threads, and print the times."""
    took: list[float] = []
    failed: list[str] = []
    began = time.perf_counter() + 0.2

    def run(first: int) -> None:
        for turn in range(first, int(RATE * seconds), THREADS):
            due = began + turn / RATE
            time.sleep(max(0.0, due - time.perf_counter()))
            try:
                read(store, turn)
            except SQLAlchemyError as error:
                failed.append(type(error).__name__)
            took.append(time.perf_counter() - due)

    threads = [threading.Thread(target=run, args=(n,)) for n in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rate = len(took) / (time.perf_counter() - began)
    cut = statistics.quantiles(took, n=100)
    print(
        f"  load: {rate:.0f} reads/s, {THREADS} threads on {POOL} connections: "
        f"p50 {cut[49] * 1000:.1f} ms, p99 {cut[98] * 1000:.1f} ms, "
        f"slowest {max(took) * 1000:.0f} ms, {len(failed)} failed"
    )


def read(store: Store, turn: int) -> None:
    """Do one read of the mixture."""
    with store.read_session() as session:
        if turn % 14 == 12:
            page = select(User).order_by(User.email).limit(50).offset(turn % 1000)
            session.scalars(page).all()
        elif turn % 14 == 13:
            session.scalar(select(func.count()).select_from(User))
        else:
            session.get(User, turn % ROWS + 1)


def main() -> None:
    """Run both on each kind of database."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scopes", type=int, default=3000)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--only", choices=["sqlite", "postgresql"])
    given = parser.parse_args()
    for kind in [given.only] if given.only else ["sqlite", "postgresql"]:
        with (
            tempfile.TemporaryDirectory() as folder,
            manager_of(kind, Path(folder)) as manager,
        ):
            print(kind)
            ratio = scopes(manager.house.store, given.scopes)
            print(f"  overhead {100 * (ratio - 1):+.1f} % (target at most 10 %)")
            load(manager.house.store, given.seconds)


if __name__ == "__main__":
    main()
