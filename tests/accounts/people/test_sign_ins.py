"""Sign-ins: right and wrong passwords, pauses, and what ends them."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from entrepot.accounts import (
    Caller,
    NotThePassword,
    TokenRefused,
    WrongPassword,
    add_user,
    change_own_password,
    change_user,
    find_user,
    list_sign_ins,
    log_in,
    open_page_session,
    sign_out,
)
from entrepot.accounts.audit_models import AuditRecord
from entrepot.accounts.events import PasswordChangeFailed, SignedIn, SignInFailed
from entrepot.accounts.proving import Proofs
from entrepot.base.acting import current
from entrepot.base.errors import NotThere, Throttled
from tests.accounts.conftest import HERE, ON_SQLITE
from tests.conftest import PASSWORD

ELSEWHERE = Caller(address="198.51.100.9")


def enter(house, clock, password=PASSWORD, email="ada@example.com", caller=HERE):
    """Sign in with a program."""
    return log_in(house, email=email, password=password, caller=caller, clock=clock)


def fail(house, clock, times, *, email="ada@example.com", caller=HERE):
    """Give a wrong password some times, each of which is answered the same."""
    for _ in range(times):
        with pytest.raises(WrongPassword):
            enter(house, clock, "not the password", email, caller)


def test_a_sign_in_is_told_and_noted(house, ada, clock, heard):
    """The event says who, how and from where; the account when it was."""
    enter(house, clock)

    assert heard[-1] == SignedIn(
        user_id=ada.id, email=ada.email, kind="token", address="192.0.2.7"
    )
    assert find_user(house, ada.email).last_login == clock()


LONG = f"{'x' * 64}@{'x' * 999}.com"


@pytest.mark.parametrize(
    ("email", "told"),
    [
        ("ada@example.com", "ada@example.com"),
        ("nobody@example.com", "nobody@example.com"),
        ("admin@localhost", ""),
        ("correct horse battery", ""),
        ("My-P@ssw0rd", ""),
        (LONG, ""),
    ],
)
def test_a_wrong_one_is_told_and_says_nothing(house, ada, clock, heard, email, told):
    """The same words whether there is such an account or not.

    Who types a password where the address belongs is not told of with it.
    """
    with pytest.raises(WrongPassword) as caught:
        enter(house, clock, "not the password", email)

    assert caught.value.detail == "no active account has this address and password"
    assert caught.value.hint == "4 more tries before a pause"
    assert heard[-1] == SignInFailed(email=told, kind="token", address="192.0.2.7")


def test_a_wrong_password_tells_of_any_account(house, ada, clock, heard):
    """Also where its address is one of this machine alone."""
    add_user(house, email="admin@localhost", password=PASSWORD)

    with pytest.raises(WrongPassword):
        enter(house, clock, "not the password", "admin@localhost")

    assert heard[-1] == SignInFailed(
        email="admin@localhost", kind="token", address="192.0.2.7"
    )


def test_a_sign_in_is_the_persons_own_act(house, ada, clock):
    """The trail finds it by the name; afterwards whoever acted before acts again."""
    before = current()
    enter(house, clock, email=ada.email)

    with house.store.read_session() as session:
        wanted = select(AuditRecord).where(AuditRecord.event == "SignedIn")
        record = session.scalars(wanted).one()
    assert (record.actor_name, record.actor_user_id) == (ada.email, ada.id)
    assert before.name != ada.email
    assert current() == before


def test_who_is_not_active_stays_outside(house, ada, clock):
    """The answer is that to a wrong password."""
    ben = add_user(house, email="ben@x.de", password=PASSWORD).user
    enter(house, clock, email="ben@x.de")

    change_user(house, ben.id, is_active=False)

    with pytest.raises(WrongPassword, match="no active account"):
        enter(house, clock, email="ben@x.de")


def test_a_first_password_works_for_a_week(house, clock):
    """Afterwards it is as wrong as any other."""
    new = add_user(house, email="ben@x.de")
    clock.pass_by(days=6)
    enter(house, clock, new.first_password, "ben@x.de")

    clock.pass_by(days=2)

    with pytest.raises(WrongPassword):
        enter(house, clock, new.first_password, "ben@x.de")


@pytest.mark.parametrize("email", ["ada@example.com", "nobody@example.com"])
def test_after_five_failures_comes_a_pause(house, ada, clock, email):
    """Unknown accounts have the same pauses; the right password waits as well."""
    fail(house, clock, 5, email=email)

    with pytest.raises(Throttled) as caught:
        enter(house, clock, email=email)

    assert caught.value.retry_after_seconds == 30


def test_pauses_grow_and_end(house, ada, clock):
    """30 s, 1 min, 2 min … 15 min; after one the right password opens."""
    fail(house, clock, 5)
    waits = []
    for _ in range(7):
        with pytest.raises(Throttled) as caught:
            enter(house, clock)
        waits.append(caught.value.retry_after_seconds)
        clock.pass_by(seconds=waits[-1])
        fail(house, clock, 1)
    clock.pass_by(minutes=15)

    assert waits == [30, 60, 120, 240, 480, 900, 900]
    assert enter(house, clock).user == find_user(house, ada.email)
    fail(house, clock, 4)  # the way is clear again


def test_a_stranger_locks_nobody_out(house, ada, clock):
    """Whatever one address does, the person comes in from another."""
    fail(house, clock, 5, caller=ELSEWHERE)
    with pytest.raises(Throttled):
        enter(house, clock, caller=ELSEWHERE)

    assert enter(house, clock, caller=HERE).user.id == ada.id


@ON_SQLITE
def test_a_guessed_account_gives_new_addresses_one_try(house, ada, clock):
    """After fifty failures from everywhere; a right password still opens at once."""
    for number in range(17):
        fail(house, clock, 3, caller=Caller(address=f"203.0.113.{number}"))

    fail(house, clock, 1, caller=ELSEWHERE)

    with pytest.raises(Throttled):
        enter(house, clock, caller=ELSEWHERE)
    assert enter(house, clock, caller=HERE).user.id == ada.id


@ON_SQLITE
@pytest.mark.parametrize(
    ("one", "other"),
    [("192.0.2.7", "192.0.2.7"), ("2001:db8::1", "2001:db8::ffff:1")],
)
def test_one_address_does_not_try_many_accounts(house, ada, clock, one, other):
    """Twenty failures close it for all; a network of IPv6 counts as one address."""
    for number in range(20):
        fail(house, clock, 1, email=f"{number}@x.de", caller=Caller(address=one))

    with pytest.raises(Throttled):
        enter(house, clock, caller=Caller(address=other))
    assert enter(house, clock, caller=ELSEWHERE)


def test_a_restart_forgets_no_failure(house, environ, ada, clock):
    """Another process on the same database knows of the pause."""
    from entrepot.composition import build_house

    fail(house, clock, 5)
    other = build_house(environ)

    with pytest.raises(Throttled):
        enter(other, clock)
    other.close()


def open_page(house, clock, **options):
    """Sign in with a browser."""
    return open_page_session(
        house,
        email="ada@example.com",
        password=PASSWORD,
        caller=HERE,
        clock=clock,
        **options,
    )


@pytest.mark.parametrize(
    ("is_kept", "good", "over"),
    [(False, {"hours": 1, "minutes": 59}, 2), (True, {"hours": 11, "minutes": 59}, 12)],
)
def test_a_browser_is_signed_out_when_idle(house, ada, clock, is_kept, good, over):
    """Two hours after its last use, or as long as it was told to stay."""
    known = Proofs(house, clock=clock, monotonic=clock.monotonic)
    secret = open_page(house, clock, is_kept=is_kept).secret
    clock.pass_by(**good)
    assert known.of_cookie(secret).via == "session"  # which is a use

    clock.pass_by(hours=over, seconds=1)

    with pytest.raises(TokenRefused):
        known.of_cookie(secret)
    assert list_sign_ins(house, ada.id, clock=clock) == []


def test_the_secret_of_a_cookie_is_not_kept(house, ada, clock):
    """Whoever reads our database cannot sign in with what they find."""
    from sqlalchemy import select

    from entrepot.accounts.models import SignIn

    secret = open_page(house, clock).secret
    with house.store.read_session() as session:
        row = session.scalars(select(SignIn)).one()

    assert secret not in {str(value) for value in vars(row).values()}
    with pytest.raises(TokenRefused):
        Proofs(house, clock=clock).of_cookie(row.secret_hash)


def test_a_sign_in_can_be_ended_from_the_list(house, ada, tokens, clock):
    """Only one's own; the cookie is good no more at once."""
    secret = open_page(house, clock).secret
    known = Proofs(house, clock=clock)
    name = known.of_cookie(secret).sign_in
    ben = add_user(house, email="ben@x.de", password=PASSWORD).user
    listed = list_sign_ins(house, ada.id, now=name, clock=clock)
    assert {(line.kind, line.is_current) for line in listed} == {
        ("page", True),
        ("token", False),
    }

    with pytest.raises(NotThere):
        sign_out(house, ben.id, name)
    sign_out(house, ada.id, name)

    with pytest.raises(TokenRefused):
        known.of_cookie(secret)


def test_an_own_password_wants_the_old_one(house, ada, tokens, clock):
    """The sign-in that changes it goes on, every other one ends."""
    secret = open_page(house, clock).secret
    known = Proofs(house, clock=clock)
    here = known.of_cookie(secret).sign_in
    new = "quite another password"

    with pytest.raises(NotThePassword):
        change_own_password(house, ada.id, old="not it", new=new, keep=here)
    change_own_password(house, ada.id, old=PASSWORD, new=new, keep=here)

    assert known.of_cookie(secret).sign_in == here
    assert [line.id for line in list_sign_ins(house, ada.id)] == [here]
    with pytest.raises(TokenRefused):
        known.of_token(tokens.access_token)


@ON_SQLITE
def test_an_open_browser_is_no_way_to_the_password(house, ada, heard):
    """Guesses are told and slowed down as at a sign-in; sign-ins are not slowed."""
    for _ in range(5):
        with pytest.raises(NotThePassword):
            change_own_password(house, ada.id, old="guess", new="quite another one")

    with pytest.raises(Throttled):
        change_own_password(house, ada.id, old=PASSWORD, new="quite another one")
    assert heard == [PasswordChangeFailed(user_id=ada.id, email=ada.email)] * 5
    assert log_in(house, email=ada.email, password=PASSWORD, caller=HERE)


@pytest.mark.parametrize(
    "email", ["a\x00b@x.de", "a\nentrepot error: b", "\udc80@x.de"]
)
def test_odd_signs_for_an_address_are_only_wrong(house, ada, clock, heard, email):
    """Neither the database nor a line of the log stumbles over them."""
    fail(house, clock, 1, email=email)

    assert heard[-1].email.isprintable()
    assert find_user(house, email) is None
    with pytest.raises(NotThere):
        sign_out(house, ada.id, email)
