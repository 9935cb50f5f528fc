"""The API about people and keys, and who may use it."""

from __future__ import annotations

import pytest

from entrepot.accounts import Caller, list_users, log_in, make_key
from entrepot.app import create_app
from tests.accounts.conftest import ON_SQLITE, bearer
from tests.conftest import PASSWORD

pytestmark = ON_SQLITE


@pytest.fixture
def admin(client, tokens):
    """A client that is Ada, with a token."""
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {tokens.access_token}"
    return client


def test_people_are_kept_by_admins(admin, house, ada):
    """Added with a first password, changed, given another password, removed."""
    new = admin.post("/api/users", json={"email": "ben@x.de", "first_name": "Ben"})
    id = new.json["data"]["user"]["id"]
    path = f"/api/users/{id}"
    changed = admin.patch(path, json={"role": "analyst"}).json["data"]
    given = admin.post(f"{path}/password", json={})
    removed = admin.delete(path)

    assert (new.status_code, new.headers["Cache-Control"]) == (201, "no-store")
    assert len(new.json["data"]["first_password"]) == 23
    assert (changed["role"], changed["is_admin"]) == ("analyst", False)
    assert given.json["data"]["first_password"] != new.json["data"]["first_password"]
    assert removed.json["data"]["email"] == "ben@x.de"
    assert admin.get(path).status_code == 404
    assert list_users(house)[0].id == ada.id


def test_people_are_listed_page_by_page(admin):
    """By key: the address of the next page stands in the answer."""
    for number in range(4):
        body = {"email": f"{number}@x.de", "password": PASSWORD}
        assert admin.post("/api/users", json=body).status_code == 201

    first = admin.get("/api/users?limit=3").json
    second = admin.get(first["page"]["next"]).json

    emails = [p["email"] for page in (first, second) for p in page["data"]]
    assert emails == ["ada@example.com", *(f"{n}@x.de" for n in range(4))]
    assert second["page"]["next"] is None


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"email": "no address"}, "'no address' is not an address"),
        ({"email": "b@x.de", "role": "boss"}, "role: invalid enum value 'boss'"),
        ({"email": "b@x.de", "password": "short"}, "a password has 12 to 1024"),
        ({"email": "b@x.de", "first_name": "x" * 101}, "first_name: expected `str`"),
        ({"email": "x" * 256}, "email: expected `str` of length <= 255"),
        ({}, "missing required field `email`"),
    ],
)
def test_what_is_wrong_is_named(admin, house, body, told):
    """The field and the rule; nobody is added, and no password is repeated."""
    answer = admin.post("/api/users", json=body)

    assert answer.status_code == 400
    assert told in answer.json["detail"]
    assert len(list_users(house)) == 1


ADMINS = [
    ("GET", "/api/users"),
    ("POST", "/api/users"),
    ("GET", "/api/users/1"),
    ("PATCH", "/api/users/1"),
    ("POST", "/api/users/1/password"),
    ("DELETE", "/api/users/1"),
]


@pytest.mark.parametrize(("method", "path"), ADMINS)
@pytest.mark.parametrize("role", ["viewer", "analyst"])
def test_only_admins_keep_people(signed_in, client, role, method, path):
    """Others are told which role can; strangers are asked to sign in."""
    other = signed_in(role).open(path, method=method, json={})
    nobody = client.open(path, method=method, json={})

    assert (other.status_code, other.json["needs_role"]) == (403, "admin")
    assert nobody.status_code == 401
    assert nobody.headers["WWW-Authenticate"] == "Bearer"


def test_people_change_themselves(signed_in, house):
    """Names, and the password with the old one; everything else is an admin's."""
    client = signed_in("viewer")
    named = client.patch("/api/auth/me", json={"first_name": "Vera"})
    wrong = client.patch(
        "/api/auth/me", json={"password": "quite another one", "old_password": "x"}
    )
    right = client.patch(
        "/api/auth/me", json={"password": "quite another one", "old_password": PASSWORD}
    )

    assert named.json["data"]["user"]["full_name"] == "Vera"
    assert (wrong.status_code, wrong.json["code"]) == (403, "not-the-password")
    assert right.status_code == 200
    assert client.get("/api/auth/me").status_code == 401  # a token from before
    assert log_in(
        house,
        email="viewer@example.com",
        password="quite another one",
        caller=Caller(),
    )


def test_people_see_and_end_their_own_sign_ins(signed_in):
    """The current one is marked; ended, its token is good no more."""
    client = signed_in("viewer")
    [line] = client.get("/api/auth/sessions").json["data"]

    assert (line["kind"], line["is_current"]) == ("token", True)
    assert client.delete("/api/auth/sessions/nope").status_code == 404
    assert client.delete(f"/api/auth/sessions/{line['id']}").status_code == 200
    assert client.get("/api/auth/sessions").status_code == 401


def test_people_keep_their_own_keys(signed_in):
    """Made, listed, replaced and revoked; others' are not there."""
    vera, ann = signed_in("viewer"), signed_in("analyst")
    made = vera.post("/api/keys", json={"name": "veras"})
    id = made.json["data"]["key"]["id"]

    assert made.status_code == 201
    assert made.json["data"]["secret"].startswith("ek_")
    assert ann.get("/api/keys").json["data"] == []
    assert ann.delete(f"/api/keys/{id}").status_code == 404
    assert ann.post(f"/api/keys/{id}/replace").status_code == 404
    replaced = vera.post(f"/api/keys/{id}/replace").json["data"]["key"]
    assert vera.delete(f"/api/keys/{replaced['id']}").json["data"]["is_active"] is False
    assert [key["name"] for key in vera.get("/api/keys").json["data"]] == ["veras"] * 2


def test_a_key_is_shown_in_either_header(client, house):
    """`X-API-Key`, or `Authorization: ApiKey`; a wrong one is 401."""
    secret = make_key(house, name="both").secret

    for headers in ({"X-API-Key": secret}, {"Authorization": f"ApiKey {secret}"}):
        me = client.get("/api/auth/me", headers=headers).json["data"]
        assert (me["name"], me["via"], me["user"]) == ("both", "key", None)
        wrong = {name: value + "x" for name, value in headers.items()}
        assert client.get("/api/auth/me", headers=wrong).status_code == 401


@pytest.mark.parametrize(
    ("scopes", "method", "path", "status"),
    [
        ([], "GET", "/api/exports", 200),
        (["exports"], "GET", "/api/exports", 200),
        (["exports:read"], "GET", "/api/exports", 200),
        (["exports:write"], "GET", "/api/exports", 403),
        (["dataproducts"], "GET", "/api/exports", 403),
        (["exports:read"], "POST", "/api/exports/x/cancel", 403),
        (["exports:write"], "POST", "/api/exports/x/cancel", 404),
        (["exports"], "GET", "/api/health", 200),
    ],
)
def test_scopes_bound_a_key(client, house, scopes, method, path, status):
    """A room, or reading or writing there; what is public stays so."""
    secret = make_key(house, name="bound", role="admin", scopes=scopes).secret

    answer = client.open(path, method=method, headers={"X-API-Key": secret})

    assert answer.status_code == status


def test_keys_make_no_keys_and_change_no_passwords(client, house, ada):
    """What a lost key can do ends when it is revoked."""
    secret = make_key(house, name="lost", role="admin", user_id=ada.id).secret
    shown = {"X-API-Key": secret}

    made = client.post("/api/keys", json={"name": "more"}, headers=shown)
    changed = client.patch("/api/auth/me", json={"first_name": "E"}, headers=shown)

    assert (made.status_code, changed.status_code) == (403, 403)


def test_a_bad_token_is_refused_in_open_mode_too(house):
    """Who shows something false is not taken for the person at this machine."""
    client = create_app(house, is_open=True).test_client()
    assert client.get("/api/auth/me").json["data"]["via"] == "local"

    assert client.get("/api/auth/me", headers=bearer("x.y.z")).status_code == 401
    assert client.get("/api/auth/me", headers=bearer("")).status_code == 401
    assert client.get("/health", headers=bearer("x.y.z")).status_code == 200


def test_logins_are_slowed_down(client, ada):
    """The sixth try gets 429 and is told when to come again."""
    body = {"email": ada.email, "password": "not the password"}
    answers = [client.post("/api/auth/login", json=body) for _ in range(6)]

    assert [answer.status_code for answer in answers] == [401] * 5 + [429]
    assert answers[-1].headers["Retry-After"] == "30"
    assert answers[-1].json["retryable"] is True


def test_a_key_of_some_rooms_is_nobody_on_the_home_page(client, house):
    """The welcome is for all; figures of other rooms are not for a key without them."""
    new = make_key(house, name="k", scopes=["exports:read"])
    answer = client.get("/", headers={"X-API-Key": new.secret})

    assert answer.status_code == 200
    assert "Sign in to see what is here" in answer.text
