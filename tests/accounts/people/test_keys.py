"""API keys: made once, seldom told, revoked at once."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from entrepot.accounts import (
    KeyNameTaken,
    KeyRefused,
    add_user,
    change_user,
    list_keys,
    make_key,
    proofs,
    replace_key,
    revoke_key,
)
from entrepot.accounts.events import KeyMade, KeyRevoked
from entrepot.accounts.models import ApiKey
from entrepot.accounts.proving import Proofs
from entrepot.base.errors import Denied, Invalid
from tests.accounts.conftest import ON_SQLITE
from tests.conftest import PASSWORD


def test_a_key_opens_and_is_not_kept(house, ada, heard):
    """Its hash and its beginning are; the event has neither."""
    new = make_key(house, name="nightly", role="analyst", user_id=ada.id)

    who = proofs(house).of_key(new.secret)
    with house.store.read_session() as session:
        row = session.scalars(select(ApiKey)).one()

    assert (who.name, who.role, who.via, who.user_id) == (
        "nightly",
        "analyst",
        "key",
        ada.id,
    )
    assert new.secret.startswith("ek_")
    assert len(new.secret) >= 3 + 43
    assert new.secret not in {str(value) for value in vars(row).values()}
    assert new.secret not in repr(new)
    assert heard[-1] == KeyMade(
        key_id=row.id, name="nightly", role="analyst", scopes=(), user_id=ada.id
    )


def test_a_key_may_no_more_than_its_person(house, ada):
    """Neither when it is made nor when the person may do less later."""
    ben = add_user(house, email="ben@x.de", password=PASSWORD, role="analyst").user
    with pytest.raises(Denied, match="they are analyst"):
        make_key(house, name="bens", role="admin", user_id=ben.id)
    secret = make_key(house, name="bens", role="analyst", user_id=ben.id).secret
    assert proofs(house).of_key(secret).role == "analyst"

    change_user(house, ben.id, role="viewer")
    as_viewer = proofs(house).of_key(secret).role
    change_user(house, ben.id, is_active=False)

    assert as_viewer == "viewer"
    with pytest.raises(KeyRefused, match="not active"):
        proofs(house).of_key(secret)


def test_a_revoked_key_is_refused_at_once(house, heard):
    """Though it was good a moment ago; its name is free for another."""
    new = make_key(house, name="nightly")
    assert proofs(house).of_key(new.secret)

    revoked = revoke_key(house, new.key.id)
    revoke_key(house, new.key.id)

    with pytest.raises(KeyRefused, match="was revoked"):
        proofs(house).of_key(new.secret)
    assert not revoked.is_active
    assert [type(event) for event in heard[-2:]] == [KeyMade, KeyRevoked]
    make_key(house, name="nightly")
    assert len(list_keys(house)) == 2
    assert len(list_keys(house, only_active=True)) == 1


def test_a_name_is_in_use_once(house):
    """A second key of the name is refused while the first one lives."""
    make_key(house, name="nightly")

    with pytest.raises(KeyNameTaken):
        make_key(house, name="nightly")

    assert len(list_keys(house)) == 1


def test_a_replaced_key_hands_everything_on(house, ada, clock):
    """Name, person, role, scopes and life; the old one is refused."""
    old = make_key(
        house,
        name="sync",
        role="analyst",
        scopes=["exports:read", "dataproducts"],
        days=30,
        user_id=ada.id,
        clock=clock,
    )
    clock.pass_by(days=29)

    new = replace_key(house, old.key.id, clock=clock)

    known = Proofs(house, clock=clock)
    with pytest.raises(KeyRefused):
        known.of_key(old.secret)
    assert known.of_key(new.secret).scopes == ("dataproducts", "exports:read")
    assert (new.key.name, new.key.role, new.key.user) == ("sync", "analyst", ada.email)
    assert (new.key.expires_at - clock()).days == 30
    with pytest.raises(Invalid, match="was revoked"):
        replace_key(house, old.key.id)


def test_a_key_expires(house, clock):
    """Good until its last moment, known or not."""
    new = make_key(house, name="short", days=1, clock=clock)
    known = Proofs(house, clock=clock, monotonic=clock.monotonic)
    clock.pass_by(hours=23, minutes=59, seconds=59)
    assert known.of_key(new.secret)

    clock.pass_by(seconds=1.5)

    with pytest.raises(KeyRefused, match="has expired"):
        known.of_key(new.secret)


def test_last_used_is_written_once_a_minute(house, clock):
    """Not at every request, and not never."""
    new = make_key(house, name="busy", clock=clock)
    known, used = Proofs(house, clock=clock, monotonic=clock.monotonic), []
    for _ in range(4):
        known.of_key(new.secret)
        used.append(list_keys(house)[0].last_used_at)
        clock.pass_by(seconds=25)

    assert used[0] == used[1] == used[2]
    assert (used[3] - used[0]).total_seconds() == 75


@ON_SQLITE
@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "a\nb"},
        {"name": "x" * 101},
        {"scopes": ["Exports"]},
        {"scopes": ["exports:own"]},
        {"scopes": ["exports", "nothing:read"]},
        {"scopes": [""]},
        {"scopes": ["a"] * 21},
        {"days": 0},
        {"days": 3651},
    ],
    ids=str,
)
def test_what_cannot_be_right_makes_no_key(house, wrong):
    """The field is named."""
    with pytest.raises(Invalid, match=f"{next(iter(wrong))}: "):
        make_key(house, **{"name": "good", **wrong})

    assert list_keys(house) == []


@ON_SQLITE
@pytest.mark.parametrize(
    "key", ["", "ek_", "ek_x", "nightly", "ek_" + "x" * 9999, "ek_\udcff"]
)
def test_what_is_no_key_is_refused(house, key):
    """Whatever it looks like."""
    with pytest.raises(KeyRefused):
        proofs(house).of_key(key)


@pytest.mark.parametrize("name", ["ada@x.de", "local", "System", "root"])
def test_a_key_has_no_name_that_somebody_else_acts_under(house, ada, name):
    """What people, and the machine, made is kept under their names."""
    with pytest.raises(Invalid, match="name: "):
        make_key(house, name=name, user_id=ada.id)

    assert make_key(house, name="ada.x.de", user_id=ada.id).key.name == "ada.x.de"


def test_a_key_has_no_name_that_was_a_key_of_somebody_else(house, ada):
    """What that key made is kept under its name; its own person may use it again."""
    ben = add_user(house, email="ben@x.de", password=PASSWORD, role="analyst").user
    revoke_key(house, make_key(house, name="nightly", user_id=ada.id).key.id)

    for name, user_id in (("nightly", ben.id), ("Nightly", ben.id), ("nightly", None)):
        with pytest.raises(KeyNameTaken, match="somebody else"):
            make_key(house, name=name, user_id=user_id)

    assert make_key(house, name="nightly", user_id=ada.id).key.user == ada.email
