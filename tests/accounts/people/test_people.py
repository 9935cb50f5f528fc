"""People: added, changed, removed, and never all admins at once."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from entrepot.accounts import (
    EmailTaken,
    LastAdmin,
    User,
    WeakPassword,
    add_user,
    change_user,
    find_user,
    list_users,
    make_admin,
    make_key,
    remove_user,
    set_password,
)
from entrepot.accounts.events import PasswordChanged, UserAdded, UserChanged
from entrepot.base.acting import SYSTEM, Actor, become
from entrepot.base.errors import Conflict, Invalid, NotThere, UnknownName
from entrepot.base.times import now
from tests.accounts.conftest import ON_SQLITE
from tests.conftest import PASSWORD


def test_an_address_is_kept_in_one_spelling(house, heard):
    """It is stripped and in small letters, and found in any case."""
    ben = add_user(house, email="  Ben@Example.COM ", password=PASSWORD).user

    assert ben.email == "ben@example.com"
    assert find_user(house, "BEN@example.com") == ben
    assert heard[-1] == UserAdded(user_id=ben.id, email=ben.email, role="viewer")


@ON_SQLITE
@pytest.mark.parametrize(
    "email", ["", "ben", "ben@", "@x.de", "b en@x.de", "b@x..de", "b@x.de\x00", "a@b@c"]
)
def test_what_is_no_address_is_refused(house, email):
    """Nobody is added under it."""
    with pytest.raises(Invalid, match="is not an address"):
        add_user(house, email=email, password=PASSWORD)

    assert list_users(house) == []


def test_an_address_belongs_to_one_person(house, ada):
    """The second one is told so, and nothing changes."""
    with pytest.raises(EmailTaken):
        add_user(house, email=ada.email.upper(), password=PASSWORD)

    assert list_users(house) == [ada]


@ON_SQLITE
@pytest.mark.parametrize(
    "password",
    [
        "short",
        "password1234",
        "P4ssw0rd!2024",
        "changeme12345",
        "qwertyuiopas",
        "aaaaaaaaaaaaaa",
        "123456789012",
        "ada@example.com",
        "hunterhunter",
        "x" * 1025,
    ],
)
def test_a_password_that_is_guessed_soon_is_refused(house, ada, password):
    """Short, publicly known, from the keyboard, or the address."""
    with pytest.raises(WeakPassword):
        set_password(house, ada.id, password)


@ON_SQLITE
@pytest.mark.parametrize(
    "password",
    [
        "secret-long-one",
        "seven grey cranes",
        "пароль которого нет",
        "7" * 5 + "abcdEFG",
    ],
)
def test_a_password_needs_no_odd_signs(house, ada, heard, password):
    """Length and not being known are all that counts."""
    set_password(house, ada.id, password)

    assert heard[-1] == PasswordChanged(user_id=ada.id, email=ada.email)


def test_the_documents_own_lines_work():
    """A user takes a password and tells whether another is the same."""
    user = User(email="admin@example.com", is_admin=True)
    user.set_password(PASSWORD)

    assert user.check_password(PASSWORD)
    assert not user.check_password(PASSWORD + " ")
    assert user.password_hash.startswith("scrypt:")
    assert (user.role, user.is_admin, user.full_name) == ("admin", True, "")


def test_role_and_is_admin_agree():
    """Setting one sets the other, in either direction."""
    user = User(email="a@b.de", role="analyst")
    user.is_admin = True
    as_admin = user.role
    user.role = "viewer"
    as_viewer = user.is_admin
    user.role = "analyst"
    user.is_admin = False

    assert (as_admin, as_viewer, user.role) == ("admin", False, "analyst")
    with pytest.raises(UnknownName, match="boss"):
        user.role = "boss"


def test_a_new_admin_is_one_at_once():
    """However it was said; who is told nothing is a viewer."""
    said = ({"role": "admin"}, {"is_admin": True}, {"role": "analyst"}, {})

    made = [User(email="a@b.de", **values) for values in said]

    assert [(user.role, user.is_admin) for user in made] == [
        ("admin", True),
        ("admin", True),
        ("analyst", False),
        ("viewer", False),
    ]


def test_a_row_of_plain_sql_is_somebody(house):
    """The database fills in what it leaves out."""
    row = "INSERT INTO users (email, password_hash) VALUES ('ben@example.com', 'x')"
    with house.store.session() as session:
        session.execute(text(row))

    ben = find_user(house, "ben@example.com")

    assert (ben.role, ben.is_admin, ben.is_active) == ("viewer", False, True)
    assert (ben.has_first_password, ben.last_login) == (False, None)
    assert abs((ben.created_at - now()).total_seconds()) < 60
    assert ben.created_at == ben.password_changed_at


def test_a_change_tells_what_it_changed(house, ada, heard):
    """Only what differs is a change; nothing changed tells nothing."""
    ben = add_user(house, email="ben@x.de", password=PASSWORD, first_name="Ben").user
    heard.clear()

    change_user(house, ben.id, role="analyst", first_name="Ben", last_name=" Aldous ")
    change_user(house, ben.id, role="analyst")

    changes = ("role: viewer → analyst", "last_name: none → Aldous")
    assert heard == [UserChanged(user_id=ben.id, email=ben.email, changes=changes)]
    assert find_user(house, "ben@x.de").full_name == "Ben Aldous"


@pytest.mark.parametrize(
    "deed",
    [
        lambda house, id: change_user(house, id, role="viewer"),
        lambda house, id: change_user(house, id, is_active=False),
        lambda house, id: remove_user(house, id),
    ],
)
def test_the_last_admin_stays(house, ada, deed):
    """An admin who is not active does not count; with a second one it works."""
    zoe = add_user(house, email="zoe@x.de", password=PASSWORD, role="admin").user
    change_user(house, zoe.id, is_active=False)

    with pytest.raises(LastAdmin):
        deed(house, ada.id)

    assert find_user(house, ada.email).is_admin
    change_user(house, zoe.id, is_active=True)
    deed(house, ada.id)


def test_nobody_locks_themselves_out(house, ada):
    """People neither remove nor deactivate themselves, whoever else is admin."""
    add_user(house, email="zoe@x.de", password=PASSWORD, role="admin")
    become(Actor(name=ada.email, kind="person", user_id=ada.id))
    try:
        with pytest.raises(Conflict, match="do not remove themselves"):
            remove_user(house, ada.id)
        with pytest.raises(Conflict, match="do not deactivate themselves"):
            change_user(house, ada.id, is_active=False)
    finally:
        become(SYSTEM)

    assert find_user(house, ada.email).is_active


def test_removing_takes_their_keys_along(house, ada):
    """Nothing of theirs is left over; who is not there cannot be removed."""
    ben = add_user(house, email="ben@x.de", password=PASSWORD).user
    make_key(house, name="bens", user_id=ben.id)

    assert remove_user(house, ben.id).email == "ben@x.de"

    assert list_users(house) == [ada]
    make_key(house, name="bens", user_id=ada.id)  # the name is free again
    with pytest.raises(NotThere):
        remove_user(house, ben.id)


def test_an_admin_is_made_or_promoted(house):
    """The second time the same person becomes admin, active, with the password."""
    ben = add_user(house, email="ben@x.de", password=PASSWORD).user
    change_user(house, ben.id, is_active=False)

    person, is_new = make_admin(house, email="Ben@x.de", password="another-long-one")

    assert (person.id, person.role, person.is_active) == (ben.id, "admin", True)
    assert not is_new
    assert make_admin(house, email="eva@x.de", password=PASSWORD)[1]
