"""`/api/database`: the documents' answers, from what is really seen."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from entrepot.app import create_app

POOL = {"pool_size": 10, "checked_in": 1, "checked_out": 0, "overflow": 0}
NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
ROUTES = [
    ("GET", "health"),
    ("GET", "info"),
    ("GET", "status"),
    ("GET", "history"),
    ("POST", "test"),
    ("POST", "reconnect"),
]


def test_health_has_the_documents_members(admin, kind):
    """The first look is not from memory, and says version, pool and time taken."""
    answer = admin.get("/api/database/health").json

    data = answer["data"]
    looked_at = datetime.fromisoformat(data.pop("timestamp"))
    assert timedelta() <= datetime.now(UTC) - looked_at < timedelta(minutes=1)
    assert data.pop("version").startswith(f"{NAMES[kind]} ")
    assert 0 < data.pop("response_time_ms") < 3000
    assert 1 <= data["pool_status"].pop("checked_in") <= 2  # the monitor looks too
    assert answer == {
        "success": True,
        "message": "Health check done",
        "data": {
            "status": "healthy",
            "database_type": kind,
            "pool_status": {k: n for k, n in POOL.items() if k != "checked_in"},
            "message": f"{NAMES[kind]} connection healthy",
            "cached": False,
            "integrity": None,
        },
    }


def test_a_remembered_look_keeps_its_time(admin):
    """The second answer says that it is from memory, and when it was looked at."""
    first = admin.get("/api/database/health").json["data"]
    second = admin.get("/api/database/health").json["data"]
    forced = admin.get("/api/database/health?force=true").json["data"]

    assert second == {**first, "cached": True}
    assert forced["cached"] is False
    assert forced["timestamp"] > first["timestamp"]


def test_pool_counts_move(admin, our_house):
    """A connection at work is counted as one, and as free again after."""
    with our_house.store.session() as session:
        session.execute(text("SELECT 1"))
        busy = admin.get("/api/database/health").json["data"]["pool_status"]
    free = admin.get("/api/database/health").json["data"]["pool_status"]

    assert (busy["checked_out"], free["checked_out"]) == (1, 0)
    assert free["checked_in"] == busy["checked_in"] + 1


def test_an_exhausted_pool_is_degraded(our_environ):
    """When every connection is at work, health says so and still answers."""
    from entrepot.composition import build_house
    from entrepot.operations.health.status import check_health

    limits = {"DB_POOL_SIZE": "1", "DB_MAX_OVERFLOW": "1"}
    house = build_house(our_environ | limits)
    create_app(house)
    with house.store.engine.connect(), house.store.engine.connect():
        found = check_health(house)
    house.close()

    assert (found.status, found.message) == (
        "degraded",
        "all 2 connections are in use",
    )
    assert found.pool_status.overflow == 1


def test_info_says_where_but_no_password(admin, kind, our_house):
    """A file is named without its folder; a server by its host, never its password."""
    answer = admin.get("/api/database/info")

    url = our_house.store.url
    place = {"host": "127.0.0.1", "port": url.port, "user": url.username}
    if kind == "sqlite":
        place = {"host": None, "port": None, "user": None}
    assert answer.json["data"] == {
        "database_type": kind,
        **place,
        "database": url.database.rsplit("/", 1)[-1],
        "pool_size": 10,
        "max_overflow": 20,
    }
    assert "hea/lth" not in answer.text


def test_status_counts_what_happened(admin, our_house):
    """Statements, failures and looks are those of this process."""
    before = admin.get("/api/database/status").json["data"]["metrics"]
    with our_house.store.read_session() as session:
        session.execute(text("SELECT 1"))
        with pytest.raises(Exception, match="nowhere"):
            session.execute(text("SELECT 1 FROM nowhere"))
    data = admin.get("/api/database/status").json["data"]

    after = data["metrics"]
    assert set(data) == {"health", "connection", "pool", "manager_status", "metrics"}
    assert set(data["pool"]) == {*POOL, "invalid"}
    assert after["total_queries"] >= before["total_queries"] + 1
    assert after["failed_queries"] == before["failed_queries"] + 1
    assert after["health_checks"] == before["health_checks"] + 1
    assert after["health_success_rate"] == 1.0
    assert data["manager_status"] == {
        "initialized": True,
        "last_health_check": data["health"]["timestamp"],
    }


@pytest.mark.parametrize(("method", "name"), ROUTES)
def test_only_an_access_token_counts(our_house, sign_in, method, name):
    """The person at this machine, a key and nobody are sent to sign in."""
    clients = [create_app(our_house, is_open=o).test_client() for o in (True, False)]
    clients.append(sign_in(via="key"))

    answers = [c.open(f"/api/database/{name}", method=method) for c in clients]

    assert [a.status_code for a in answers] == [401] * 3
    assert {a.headers["WWW-Authenticate"] for a in answers} == {"Bearer"}
    assert sign_in().open(f"/api/database/{name}", method=method).status_code == 200


def test_only_admins_reconnect(sign_in):
    """A viewer may look at everything, and reconnect nothing."""
    viewer = sign_in("viewer")

    answers = [viewer.open(f"/api/database/{n}", method=m) for m, n in ROUTES]

    assert [a.status_code for a in answers] == [200] * 5 + [403]


def test_reconnecting_disturbs_nobody(admin, our_house, heard):
    """A transaction that is open goes on; its connection is let go when it ends."""
    store = our_house.store
    with store.session() as session:
        session.execute(text("CREATE TABLE t (n integer)"))
    old = store.engine.pool
    with store.read_session() as session:
        session.execute(text("SELECT count(*) FROM t"))
        answer = admin.post("/api/database/reconnect").json
        assert session.scalar(text("SELECT count(*) FROM t")) == 0
        driver = session.connection().connection.driver_connection

    assert answer["data"]["reconnection_status"] == "completed"
    assert answer["data"]["health_after_reconnect"]["status"] == "healthy"
    assert store.engine.pool is not old
    assert store.pool_counts().invalid == 1
    with pytest.raises(Exception, match="closed"):
        driver.execute("SELECT 1")
    assert [e.by for e in heard if type(e).__name__ == "DatabaseReconnected"] == [
        "ada@example.com"
    ]


def test_many_who_force_make_one_look(our_house, admin):
    """Whoever asks while a look goes on gets its answer."""
    gate = threading.Barrier(8)

    def ask() -> None:
        from entrepot.operations.health.status import check_health

        gate.wait()
        check_health(our_house, force=True)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]

    assert 1 <= our_house.store.meter.read().looks < 8


@pytest.mark.parametrize("query", ["force=perhaps", "forse=1"])
def test_a_wrong_question_is_refused(admin, query):
    """A mistyped question is told."""
    assert admin.get(f"/api/database/health?{query}").status_code == 400


def test_openapi_says_that_a_token_is_needed(admin):
    """The document marks every route of our own database with the token's scheme."""
    document = admin.get("/api/openapi.json").json

    marked = {
        (method.upper(), path)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if operation.get("security") == [{"access_token": []}]
    }
    assert marked >= {(m, f"/api/database/{name}") for m, name in ROUTES}
    assert marked == {
        (method.upper(), path)
        for path, methods in document["paths"].items()
        for method in methods
        if path.startswith("/api/database/")
    }
    body = document["paths"]["/api/database/test"]["post"]["requestBody"]
    assert body["required"] is False
