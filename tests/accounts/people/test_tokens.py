"""Tokens: what they say, what ends them, and what is refused."""

from __future__ import annotations

import base64
import json

import jwt
import pytest

from entrepot.accounts import (
    TokenRefused,
    add_user,
    change_user,
    log_out,
    proofs,
    refresh,
    set_password,
)
from entrepot.accounts.events import SignedOut, TokenReuseFound
from entrepot.accounts.proving import Proofs
from entrepot.accounts.tokens import signer
from tests.accounts.conftest import HERE, ON_SQLITE, bearer
from tests.conftest import PASSWORD

ME = "/api/auth/me"


def test_a_login_answers_as_the_documents_say(client, ada):
    """Both tokens, their kind and life, and the person without the hash."""
    answer = client.post(
        "/api/auth/login", json={"email": "ADA@example.com", "password": PASSWORD}
    )

    data = answer.json["data"]
    assert {*data} == {
        "access_token",
        "refresh_token",
        "token_type",
        "expires_in",
        "user",
    }
    assert (data["token_type"], data["expires_in"]) == ("Bearer", 3600)
    assert (data["user"]["email"], data["user"]["is_admin"]) == (ada.email, True)
    assert "password_hash" not in data["user"]
    assert answer.headers["Cache-Control"] == "no-store"
    me = client.get(ME, headers=bearer(data["access_token"])).json["data"]
    assert (me["name"], me["role"], me["via"]) == (ada.email, "admin", "token")


def forged(house, tokens, *, key=None, algorithm="HS256", without="", **claims):
    """Return the access token with other claims, signed with the key of the house."""
    said = jwt.decode(tokens.access_token, options={"verify_signature": False})
    said = {
        name: value for name, value in {**said, **claims}.items() if name != without
    }
    return jwt.encode(said, key or signer(house)._key, algorithm)


def test_what_is_forged_well_would_pass(house, tokens):
    """The forger of these tests can make a good one."""
    assert proofs(house).of_token(forged(house, tokens)).role == "admin"


@ON_SQLITE
@pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")
@pytest.mark.parametrize(
    "wrong",
    [
        {"aud": "somebody-else"},
        {"iss": "somebody-else"},
        {"typ": "refresh"},
        {"exp": 1_700_000_000},
        {"iat": 4_000_000_000},
        {"sub": "999"},
        {"sub": "x"},
        {"sid": "0" * 32},
        {"ver": 0},
        {"key": "another key, which is also long enough"},
        {"algorithm": "HS512"},
        *({"without": name} for name in ("exp", "aud", "typ", "ver", "sid", "jti")),
    ],
    ids=str,
)
def test_a_forged_token_is_refused(house, client, tokens, wrong):
    """Whichever claim is wrong or missing, whoever signed it, and however."""
    token = forged(house, tokens, **wrong)

    assert client.get(ME, headers=bearer(token)).status_code == 401


def unsigned(token: str, algorithm: str) -> str:
    """Return a token that says it is signed by `algorithm`, and is not signed."""
    head = json.dumps({"alg": algorithm, "typ": "JWT"}).encode()
    body = token.split(".")[1]
    return f"{base64.urlsafe_b64encode(head).decode().rstrip('=')}.{body}."


@ON_SQLITE
@pytest.mark.parametrize("algorithm", ["none", "None", "HS256", "RS256"])
def test_a_token_without_signature_is_refused(client, tokens, algorithm):
    """What a token says of its own algorithm is not asked."""
    assert client.get(ME, headers=bearer(tokens.access_token)).status_code == 200

    token = unsigned(tokens.access_token, algorithm)

    assert client.get(ME, headers=bearer(token)).status_code == 401


def test_a_refresh_token_opens_nothing(client, tokens):
    """It is for getting tokens, and an access token is not."""
    refreshed = client.post(
        "/api/auth/refresh", json={"refresh_token": tokens.access_token}
    )

    assert client.get(ME, headers=bearer(tokens.refresh_token)).status_code == 401
    assert refreshed.status_code == 401


def test_an_access_token_expires(house, tokens, clock):
    """It is good for an hour, a clock's difference more, also where it is known."""
    known = Proofs(house, clock=clock, monotonic=clock.monotonic)
    clock.pass_by(minutes=59, seconds=58)
    assert known.of_token(tokens.access_token)

    clock.pass_by(seconds=7.1)

    with pytest.raises(TokenRefused, match="has expired"):
        known.of_token(tokens.access_token)


def test_a_refresh_token_is_good_once(house, tokens, heard):
    """The second use ends the whole sign-in, the tokens from between included."""
    newer = refresh(house, tokens.refresh_token, caller=HERE)
    assert proofs(house).of_token(newer.access_token).name == "ada@example.com"
    heard.clear()

    with pytest.raises(TokenRefused, match="used before"):
        refresh(house, tokens.refresh_token, caller=HERE)

    assert [type(event) for event in heard] == [SignedOut, TokenReuseFound]
    for token in (tokens.access_token, newer.access_token):
        with pytest.raises(TokenRefused, match="has ended"):
            proofs(house).of_token(token)
    with pytest.raises(TokenRefused, match="has ended"):
        refresh(house, newer.refresh_token, caller=HERE)


def test_another_sign_in_is_not_touched_by_a_reuse(house, tokens, ada):
    """A family ends, not the person's other programs."""
    from entrepot.accounts import log_in

    other = log_in(house, email=ada.email, password=PASSWORD, caller=HERE)
    refresh(house, tokens.refresh_token, caller=HERE)

    with pytest.raises(TokenRefused):
        refresh(house, tokens.refresh_token, caller=HERE)

    assert proofs(house).of_token(other.access_token)


DEEDS = {
    "password": lambda house, id: set_password(house, id, "quite another password"),
    "role": lambda house, id: change_user(house, id, role="viewer"),
    "active": lambda house, id: change_user(house, id, is_active=False),
}


@pytest.mark.parametrize("deed", DEEDS)
def test_a_change_ends_tokens_at_once(house, tokens, ada, deed):
    """A token from before is refused, though it was good a moment ago."""
    add_user(house, email="zoe@x.de", password=PASSWORD, role="admin")
    assert proofs(house).of_token(tokens.access_token)

    DEEDS[deed](house, ada.id)

    with pytest.raises(TokenRefused):
        proofs(house).of_token(tokens.access_token)


def test_after_another_role_the_refresh_token_gives_it(house, tokens, ada):
    """Who is only given another role need not sign in again."""
    add_user(house, email="zoe@x.de", password=PASSWORD, role="admin")
    change_user(house, ada.id, role="analyst")

    newer = refresh(house, tokens.refresh_token, caller=HERE)

    assert proofs(house).of_token(newer.access_token).role == "analyst"


def test_signing_out_ends_both_tokens(house, client, tokens):
    """With the refresh token in the body no other proof is needed."""
    body = {"refresh_token": tokens.refresh_token}

    assert client.post("/api/auth/logout", json=body).status_code == 200

    assert client.get(ME, headers=bearer(tokens.access_token)).status_code == 401
    assert client.post("/api/auth/refresh", json=body).status_code == 401
    with pytest.raises(TokenRefused):
        log_out(house, tokens.access_token)


def test_another_process_sees_a_change_at_its_next_look(house, environ, tokens, ada):
    """A house of its own on the same home refuses what the first one ended."""
    from entrepot.composition import build_house

    other = build_house(environ)
    assert proofs(other).of_token(tokens.access_token)

    log_out(house, tokens.refresh_token)

    with pytest.raises(TokenRefused):
        proofs(other).of_token(tokens.access_token)
    other.close()


def test_another_host_sees_a_change_after_five_seconds(house, tokens, clock, tmp_path):
    """Without the shared counter what was found is kept for five seconds at most."""
    known = Proofs(house, clock=clock, monotonic=clock.monotonic)
    known.of_token(tokens.access_token)
    with house.store.session() as session:
        session.execute(_ended())
    assert known.of_token(tokens.access_token)

    clock.pass_by(seconds=5.1)

    with pytest.raises(TokenRefused):
        known.of_token(tokens.access_token)


def _ended():
    from sqlalchemy import update

    from entrepot.accounts.models import SignIn
    from entrepot.base.times import now

    return update(SignIn).values(ended_at=now())


def test_what_is_known_is_bounded(house, tokens):
    """More tokens than fit let the others go."""
    known = Proofs(house, most=2)
    for number in range(5):
        known.of_token(forged(house, tokens, jti=str(number)))

    assert len(known._known) <= 2
