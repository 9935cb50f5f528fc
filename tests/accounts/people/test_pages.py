"""The pages to sign in, for one's account, and for people and keys."""

from __future__ import annotations

import re

import pytest

from entrepot.accounts import add_user, find_user, list_keys, list_users, proofs
from entrepot.accounts.sign_ins import list_sign_ins
from entrepot.app import create_app
from tests.accounts.conftest import ON_SQLITE
from tests.conftest import PASSWORD

pytestmark = ON_SQLITE

OURS = {"Origin": "http://localhost", "Accept": "text/html"}
PAGE = {"Accept": "text/html"}


def sign_in(client, email="ada@example.com", password=PASSWORD, **form):
    """Send the form as a browser does."""
    form = {"email": email, "password": password, **form}
    return client.post("/login", data=form, headers=OURS)


@pytest.fixture
def browser(client, ada):
    """A browser that Ada is signed in with."""
    assert sign_in(client).status_code == 303
    return client


@pytest.mark.parametrize("keep", [{}, {"keep": "on"}], ids=str)
def test_the_cookie_is_for_this_server_alone(client, ada, keep):
    """No script reads it, no other site sends it; it stays only when told to."""
    cookie = sign_in(client, **keep).headers["Set-Cookie"]

    parts = {part.strip().partition("=")[0] for part in cookie.split(";")}
    lasting = {"Expires"} if keep else set()
    assert parts == {"entrepot_session", "HttpOnly", "Path", "SameSite"} | lasting
    assert "SameSite=Lax" in cookie


def test_over_https_the_cookie_stays_there(house, ada):
    """It is marked Secure."""
    client = create_app(house).test_client()
    form = {"email": ada.email, "password": PASSWORD}

    answer = client.post(
        "/login",
        data=form,
        base_url="https://localhost",
        headers={"Origin": "https://localhost"},
    )

    assert "Secure" in answer.headers["Set-Cookie"]


@pytest.mark.parametrize(
    ("following", "there"),
    [
        ("", "/"),
        ("/users?x=1", "/users?x=1"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("/\t/evil.example", "/"),
        ("https://evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("/a\r\nSet-Cookie: x=y", "/"),
    ],
)
def test_after_signing_in_one_stays_here(client, ada, following, there):
    """`next` leads to a page of ours, or home."""
    assert sign_in(client, next=following).headers["Location"] == there


def test_a_page_asks_for_a_sign_in_and_json_says_401(client):
    """What is not there is not there for anybody."""
    page = client.get("/users?q=1", headers=PAGE)

    assert (page.status_code, page.headers["Location"]) == (
        303,
        "/login?next=/users?q%3D1",
    )
    assert client.get("/users").status_code == 401
    assert client.get("/api/users", headers=PAGE).status_code == 401
    assert client.get("/no/such/page", headers=PAGE).status_code == 404
    assert client.get("/api/no-such-thing").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/health",
        "/api/health",
        "/api/docs",
        "/api/openapi.json",
        "/login",
    ],
)
def test_what_is_public_is_for_everybody(client, path):
    """Nobody needs an account for it."""
    assert client.get(path, headers=PAGE).status_code == 200


def test_a_wrong_password_keeps_the_form(client, ada):
    """The address stays, the password does not; the pause has its status."""
    answers = [sign_in(client, password="not the password") for _ in range(6)]

    assert [answer.status_code for answer in answers] == [401] * 5 + [429]
    assert "Address or password is wrong" in answers[0].text
    assert "4 more tries before a pause" in answers[0].text
    assert 'value="ada@example.com"' in answers[0].text
    assert "not the password" not in answers[0].text
    assert answers[5].headers["Retry-After"] == "30"


FOREIGN = [
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {},
]


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
def test_another_site_cannot_use_the_cookie(browser, house, headers):
    """A write that came with it must come from a page of ours; nothing changes."""
    form = {"email": "ben@x.de", "role": "admin"}

    refused = browser.post("/users", data=form, headers=headers)
    over_api = browser.post("/api/users", json=form, headers=headers)

    assert (refused.status_code, over_api.status_code) == (403, 403)
    assert find_user(house, "ben@x.de") is None
    assert browser.get("/users", headers=headers).status_code == 200


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
def test_another_site_cannot_sign_somebody_in(client, ada, headers):
    """Nor as somebody else than they think they are."""
    form = {"email": ada.email, "password": PASSWORD}

    answer = client.post("/login", data=form, headers=headers)

    assert answer.status_code == 403
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    "headers", [{"Origin": "http://localhost"}, {"Sec-Fetch-Site": "same-origin"}]
)
def test_our_own_pages_write(browser, house, headers):
    """The API takes the cookie from them as well."""
    body = {"email": "ben@x.de"}

    assert browser.post("/api/users", json=body, headers=headers).status_code == 201
    assert find_user(house, "ben@x.de")


def test_signing_out_ends_the_session(browser):
    """The cookie goes, and a copy of it is good for nothing."""
    copy = browser.get_cookie("entrepot_session").value
    assert browser.get("/account").status_code == 200

    answer = browser.post("/logout", headers=OURS)

    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert browser.get_cookie("entrepot_session") is None
    browser.set_cookie("entrepot_session", copy)
    assert browser.get("/account").status_code == 401


def test_an_admin_invites_somebody(browser, house):
    """The first password is shown once; they sign in and are asked for their own."""
    form = {"email": "ines@x.de", "first_name": "Ines", "role": "analyst"}

    answer = browser.post("/users", data=form, headers=OURS)

    [shown] = re.findall(r'<code class="break">([\w-]{23})</code>', answer.text)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (201, "no-store")
    assert shown not in browser.get("/users").text
    browser.post("/logout", headers=OURS)
    there = sign_in(browser, "ines@x.de", shown).headers["Location"]
    assert "An admin chose your password" in browser.get(there).text


def test_somebody_in_the_way_is_told_in_the_form(browser, ada):
    """What was typed stays."""
    form = {"email": ada.email, "first_name": "Eva"}

    answer = browser.post("/users", data=form, headers=OURS)

    assert answer.status_code == 409
    assert "somebody has the address ada@example.com already" in answer.text.lower()
    assert 'value="Eva"' in answer.text


def test_an_admin_changes_and_removes_somebody(browser, house):
    """Role, names, whether they are active; removing asks first."""
    id = add_user(house, email="ben@x.de", password=PASSWORD).user.id
    path = f"/users/{id}"
    form = {"role": "analyst", "first_name": "Ben", "last_name": ""}

    browser.post(path, data=form, headers=OURS)
    browser.post(path, data={"active": "no"}, headers=OURS)
    changed = find_user(house, "ben@x.de")
    asked = browser.get(f"{path}/remove").text
    gone = browser.post(f"{path}/remove", headers=OURS)

    assert (changed.role, changed.first_name, changed.is_active) == (
        "analyst",
        "Ben",
        False,
    )
    assert "Remove Ben?" in asked
    assert gone.status_code == 303
    assert find_user(house, "ben@x.de") is None


def test_the_last_admin_is_told_why_not(browser, ada, house):
    """The page says it where the form stands."""
    answer = browser.post(f"/users/{ada.id}", data={"role": "viewer"}, headers=OURS)

    assert answer.status_code == 409
    assert "is the last active admin" in answer.text
    assert find_user(house, ada.email).role == "admin"


def test_who_may_not_is_told_which_role_may(client, house):
    """A lock, the role that is needed, and who gives it."""
    add_user(house, email="vera@x.de", password=PASSWORD)
    sign_in(client, "vera@x.de")

    page = client.get("/users", headers=PAGE)

    assert page.status_code == 403
    assert "This page is for the role admin" in page.text
    assert "You are viewer" in page.text


def test_one_changes_oneself(browser, house, ada):
    """Names, and the password with the old one; two that differ change nothing."""
    new = "quite another one"
    form = {"old_password": PASSWORD, "password": new, "again": new}

    browser.post("/account/names", data={"first_name": "Ada"}, headers=OURS)
    differing = browser.post(
        "/account/password", data={**form, "again": "else"}, headers=OURS
    )
    changed = browser.post("/account/password", data=form, headers=OURS)

    assert differing.status_code == 400
    assert "Your password is changed" in browser.get(changed.headers["Location"]).text
    assert find_user(house, ada.email).first_name == "Ada"
    assert sign_in(create_app(house).test_client(), password=new).status_code == 303


def is_in(client) -> bool:
    """Tell whether the browser is signed in."""
    return client.get("/account").status_code == 200


@pytest.fixture
def three(browser, house):
    """Three browsers that Ada is signed in with; she sits at the first."""
    others = [create_app(house).test_client() for _ in range(2)]
    for number, other in enumerate(others):
        other.environ_base["HTTP_USER_AGENT"] = f"browser {number}"
        assert sign_in(other).status_code == 303
    return [browser, *others]


def id_of(house, agent: str) -> str:
    """Return the name of the one sign-in of a browser."""
    [ada] = list_users(house)
    [found] = [s.id for s in list_sign_ins(house, ada.id) if s.agent == agent]
    return found


def test_one_signs_out_in_another_place(three, house):
    """That browser must sign in again; the others stay, and the page says so."""
    before = [is_in(client) for client in three]
    path = f"/account/sessions/{id_of(house, 'browser 0')}/end"

    answer = three[0].post(path, headers=OURS)

    assert before == [True, True, True]
    assert (answer.status_code, answer.headers["Location"]) == (
        303,
        "/account?said=ended",
    )
    assert [is_in(client) for client in three] == [True, False, True]
    assert "Signed out there" in three[0].get(answer.headers["Location"]).text


def test_one_signs_out_everywhere_else(three):
    """Only the browser that asked stays signed in."""
    before = [is_in(client) for client in three]

    answer = three[1].post("/account/sessions/end", headers=OURS)

    assert before == [True, True, True]
    assert (answer.status_code, answer.headers["Location"]) == (
        303,
        "/account?said=ended",
    )
    assert [is_in(client) for client in three] == [False, True, False]


def test_nobody_ends_the_sign_in_of_another(three, house):
    """It is not there for them, neither by another site for oneself; all stay."""
    path = f"/account/sessions/{id_of(house, 'browser 0')}/end"
    add_user(house, email="mallory@x.de", password=PASSWORD)
    mallory = create_app(house).test_client()
    sign_in(mallory, "mallory@x.de")

    strange = mallory.post(path, headers=OURS)
    foreign = three[0].post(path, headers={"Origin": "https://evil.example"})
    all_at_once = three[0].post("/account/sessions/end", headers=FOREIGN[0])

    codes = [strange.status_code, foreign.status_code, all_at_once.status_code]
    assert codes == [404, 403, 403]
    assert [is_in(client) for client in three] == [True, True, True]


def test_a_key_is_shown_once_and_revoked(browser, house):
    """On the page where its form stands."""
    form = {"name": "nightly", "role": "viewer", "scopes": "exports:read", "days": ""}

    made = browser.post("/account/keys", data=form, headers=OURS)

    [secret] = re.findall(r"ek_[\w-]{43}", made.text.partition("data-copy")[0])
    [key] = list_keys(house)
    assert proofs(house).of_key(secret).scopes == ("exports:read",)
    assert secret not in browser.get("/account").text
    assert "Revoke nightly?" in browser.get(f"/account/keys/{key.id}/revoke").text
    browser.post(f"/account/keys/{key.id}/replace", headers=OURS)
    [other] = list_keys(house, only_active=True)
    browser.post(f"/account/keys/{other.id}/revoke", headers=OURS)
    assert list_keys(house, only_active=True) == []


def test_the_local_person_needs_no_account(house):
    """The pages say so, and people can be added before others are let in."""
    client = create_app(house, is_open=True).test_client()

    assert "You need no account here" in client.get("/account").text
    assert "Nobody has an account yet" in client.get("/users").text
    assert "entrepot db create-admin" in client.get("/login").text
    assert client.post("/users", data={"email": "ben@x.de"}).status_code == 201
    assert [person.email for person in list_users(house)] == ["ben@x.de"]
