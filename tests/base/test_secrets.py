"""The secret key and what is sealed with it."""

from __future__ import annotations

import os
import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from entrepot.base.errors import Conflict, Invalid
from entrepot.base.events import SecretKeyMade
from entrepot.base.secrets import seal, secret_key, unseal
from entrepot.composition import load_settings

GOOD = "n0tT0BeF0undInAnyB00k-4f2a9c7e1d3b58"


def test_a_missing_key_is_made_once(environ, heard):
    """The key lies in the home, for the owner only; the making is told once."""
    settings = load_settings(environ)

    first, again = secret_key(settings), secret_key(settings)

    path = os.path.join(environ["ENTREPOT_HOME"], "secret.key")
    assert first == again
    assert len(first) >= 32
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
    assert heard == [SecretKeyMade(path=path)]
    assert os.listdir(environ["ENTREPOT_HOME"]) == ["secret.key"]


def test_all_who_start_at_once_get_one_key(environ):
    """Of many first starts one makes the key, and the others take it."""
    settings = load_settings(environ)

    with ThreadPoolExecutor(16) as pool:
        keys = set(pool.map(lambda _: secret_key(settings), range(64)))

    assert len(keys) == 1


def test_a_set_key_holds(environ):
    """SECRET_KEY is the key, and no file is made."""
    settings = load_settings(environ | {"SECRET_KEY": GOOD})

    assert secret_key(settings) == GOOD.encode()
    assert not os.path.exists(environ["ENTREPOT_HOME"])


@pytest.mark.parametrize(
    "key",
    [
        "too-brief",
        "x" * 64,
        "your-secret-key-here-change-in-production",
        "dev-insecure-0123456789-0123456789-0123",
    ],
)
def test_a_weak_key_is_refused(environ, key):
    """A short, repeated or published key stops the start, and is not shown."""
    settings = load_settings(environ | {"SECRET_KEY": key})

    with pytest.raises(Invalid) as caught:
        secret_key(settings)

    assert key not in caught.value.detail


def test_a_shared_database_wants_a_set_key(environ):
    """With PostgreSQL no key is made: other hosts would make another one."""
    shared = environ | {"DATABASE_URL": "postgresql://u:p@db/x"}

    with pytest.raises(Invalid, match="SECRET_KEY is not set"):
        secret_key(load_settings(shared))

    assert secret_key(load_settings(shared | {"SECRET_KEY": GOOD})) == GOOD.encode()
    assert not os.path.exists(environ["ENTREPOT_HOME"])


def test_what_is_sealed_opens_again(environ):
    """Any bytes come back; the sealed form differs each time and hides them."""
    settings = load_settings(environ)
    plain = "pässwört\0".encode()

    one, two = seal(settings, plain), seal(settings, plain)

    assert unseal(settings, one) == unseal(settings, two) == plain
    assert one != two
    assert plain not in one


@pytest.mark.parametrize("change", ["key", "byte", "cut"])
def test_a_wrong_key_or_a_changed_seal_does_not_open(environ, change):
    """Another key, a flipped byte and a cut value give Conflict, never other bytes."""
    settings = load_settings(environ)
    sealed = seal(settings, b"hunter2")
    assert unseal(settings, sealed) == b"hunter2"
    if change == "key":
        settings = load_settings(environ | {"SECRET_KEY": GOOD})
    if change == "byte":
        sealed = sealed[:-1] + bytes([sealed[-1] ^ 1])
    if change == "cut":
        sealed = sealed[:5]

    with pytest.raises(Conflict, match="another key"):
        unseal(settings, sealed)
