"""What is sent: tried, tried again later, given up, sent again; each try kept."""

from datetime import timedelta

import pytest

from entrepot.base.acting import Actor, acting_as
from entrepot.base.cleanups import CLEANUPS
from entrepot.base.errors import NotThere
from entrepot.base.times import now
from entrepot.delivery import (
    Parcel,
    StillWaiting,
    get_delivery,
    list_deliveries,
    remove_destination,
    send,
    send_again,
)
from entrepot.delivery import cleanup as _cleanup  # noqa: F401  # it registers
from entrepot.delivery.jobs import PAUSES_SECONDS
from entrepot.delivery.models import Delivery
from entrepot.jobs import cancel_job, get_job_seen, resume_job
from tests.answering import reply

PARCEL = Parcel(event="export.completed", title="Orders", facts={"rows": 1})
AWAY = reply(status="503 Service Unavailable")


@pytest.fixture
def sent(house, hook):
    """A delivery to the hook that waits for its first try."""
    with acting_as(Actor(name="ana@example.com", kind="person")):
        return send(house, "hook", PARCEL, "export:7")


def outcomes(house, id):
    """Return how the tries of a delivery ended."""
    return [one.outcome for one in get_delivery(house, id).tries]


def test_eight_tries_take_a_day():
    """Seven pauses, growing, together 24 hours."""
    assert len(PAUSES_SECONDS) == 7
    assert list(PAUSES_SECONDS) == sorted(PAUSES_SECONDS)
    assert sum(PAUSES_SECONDS) == 24 * 3600


def test_what_is_sent_arrives(house, sent, do_jobs, receiver, heard):
    """With one try; who asked and what it is about are kept."""
    assert (sent.state, sent.tries, receiver.asked) == ("waiting", (), [])
    do_jobs()

    found = get_delivery(house, sent.id)
    assert (found.state, found.error, found.subject) == ("delivered", "", "export:7")
    assert (found.created_by, found.title) == ("ana@example.com", "Orders")
    assert [(t.outcome, t.answer) for t in found.tries] == [
        ("delivered", "202 Accepted")
    ]
    assert found.tries[0].milliseconds >= 0
    assert found.ended_at is not None
    assert get_job_seen(house, found.job).state == "completed"
    assert [type(e).__name__ for e in heard if "Deliver" in type(e).__name__] == [
        "Delivered"
    ]


def test_a_parcel_comes_out_as_it_went_in(house, hook, do_jobs, receiver, tmp_path):
    """Through our database and back: facts, link, text."""
    parcel = Parcel(
        event="e", title="t", text="x", facts={"a": [1, None, "é"]}, link="https://l"
    )
    send(house, "hook", parcel, "export:7")
    do_jobs()

    assert b'"facts":{"a":[1,null,"\xc3\xa9"]},' not in receiver.asked[0].body
    assert receiver.asked[0].body.endswith(b'"facts":{"a":[1,null,"\xc3\xa9"]}}')


def test_a_receiver_that_comes_back_gets_it(house, sent, do_jobs, receiver, heard):
    """Away three times, then there: the same id and bytes each time, pauses between."""
    receiver.answer = lambda asked: AWAY
    for number in range(3):
        do_jobs()
        found, job = get_delivery(house, sent.id), get_job_seen(house, sent.job)
        wait = found.next_at - now()
        assert found.state == "waiting"
        assert abs(wait.total_seconds() - PAUSES_SECONDS[number]) < 5
        assert abs(found.next_at - job.not_before_at) < timedelta(seconds=5)
    receiver.answer = lambda asked: reply(status="200 OK")
    do_jobs()

    found = get_delivery(house, sent.id)
    assert outcomes(house, sent.id) == ["later", "later", "later", "delivered"]
    assert (found.state, found.error, found.next_at) == ("delivered", "", None)
    assert len({asked.body for asked in receiver.asked}) == 1
    assert {asked.headers["x-entrepot-delivery"] for asked in receiver.asked} == {
        sent.id
    }
    assert [asked.headers["x-entrepot-attempt"] for asked in receiver.asked] == [
        "1",
        "2",
        "3",
        "4",
    ]


def test_eight_tries_are_all(house, sent, do_jobs, receiver, heard):
    """Then it has failed, and says why; nothing waits any more."""
    receiver.answer = lambda asked: AWAY
    done = [do_jobs() for _ in range(9)]

    found = get_delivery(house, sent.id)
    assert done == [1] * 8 + [0]
    assert outcomes(house, sent.id) == ["later"] * 8
    assert found.state == "failed"
    assert "503 Service Unavailable" in found.error
    failed = [e for e in heard if type(e).__name__ == "DeliveryFailed"]
    assert [(e.id, e.attempts) for e in failed] == [(sent.id, 8)]


def test_410_is_the_end(house, sent, do_jobs, receiver):
    """The receiver wants no more: one try, failed."""
    receiver.answer = lambda asked: reply(status="410 Gone")
    do_jobs()

    assert outcomes(house, sent.id) == ["failed"]
    assert get_delivery(house, sent.id).state == "failed"
    assert do_jobs() == 0


def test_a_failed_delivery_is_sent_again(house, sent, do_jobs, receiver):
    """By people, with the same id, as often as they like; not while it waits."""
    with pytest.raises(StillWaiting):
        send_again(house, sent.id)
    receiver.answer = lambda asked: reply(status="410 Gone")
    do_jobs()
    receiver.answer = lambda asked: reply()
    again = send_again(house, sent.id)
    do_jobs()
    send_again(house, sent.id)
    do_jobs()

    assert (again.state, again.error, again.id) == ("waiting", "", sent.id)
    assert outcomes(house, sent.id) == ["failed", "delivered", "delivered"]
    assert [a.headers["idempotency-key"] for a in receiver.asked] == [sent.id] * 3


def test_its_job_can_be_gone_on_with(house, sent, do_jobs, receiver):
    """From the page of jobs too: the delivery waits again with it."""
    receiver.answer = lambda asked: reply(status="400 Bad Request")
    do_jobs()
    receiver.answer = lambda asked: reply()
    resume_job(house, sent.job)

    assert get_delivery(house, sent.id).state == "waiting"
    do_jobs()
    assert get_delivery(house, sent.id).state == "delivered"


def test_a_cancelled_delivery_has_failed(house, sent, do_jobs, receiver):
    """Before any try; nothing goes out."""
    cancel_job(house, sent.job)

    found = get_delivery(house, sent.id)
    assert (found.state, found.tries, do_jobs()) == ("failed", (), 0)
    assert "Cancelled" in found.error
    assert receiver.asked == []


def test_without_its_destination_it_fails(house, sent, do_jobs):
    """It says what is missing."""
    remove_destination(house, "hook")
    do_jobs()

    found = get_delivery(house, sent.id)
    assert found.state == "failed"
    assert "there is no destination named 'hook'" in found.error
    assert found.tries[0].outcome == "failed"


def test_an_unknown_destination_is_refused_at_once(house):
    """Nothing waits for it."""
    with pytest.raises(NotThere):
        send(house, "nowhere", PARCEL, "export:7")

    assert list_deliveries(house) == []


def test_what_is_asked_for_in_a_transaction_lives_with_it(house, hook):
    """Rolled back with the rest, job and all."""

    def ask_and_fail():
        with house.store.session():
            send(house, "hook", PARCEL, "export:7")
            raise NotThere("row", "x", [])

    with pytest.raises(NotThere):
        ask_and_fail()

    assert list_deliveries(house) == []


def test_a_worker_that_dies_in_a_try_leaves_its_trace(house, sent, do_jobs, receiver):
    """The try is not known to have arrived; the next sends the same id."""
    from entrepot.delivery.jobs import _begin

    _begin(house, sent.id)  # and then the worker is gone
    do_jobs()

    assert outcomes(house, sent.id) == ["unknown", "delivered"]
    assert receiver.asked[0].headers["x-entrepot-attempt"] == "2"
    assert receiver.asked[0].headers["x-entrepot-delivery"] == sent.id


def test_deliveries_are_listed_newest_first(house, hook, do_jobs):
    """Page by page, by person, subject, destination and state."""
    made = []
    for number in range(5):
        with acting_as(Actor(name=f"p{number % 2}@example.com", kind="person")):
            made.append(send(house, "hook", PARCEL, f"export:{number}").id)
    do_jobs()
    made.reverse()

    def ids(**asked):
        return [found.id for found in list_deliveries(house, **asked)]

    assert ids() == made
    assert ids(limit=2, after=made[1]) == made[2:4]
    assert ids(by="p1@example.com") == [made[1], made[3]]
    assert ids(subject="export:4") == made[:1]
    assert ids(destination="other") == []
    assert ids(state="delivered") == made
    assert ids(state="failed") == []


def test_old_deliveries_are_tidied_up(house, hook, do_jobs):
    """Those that ended, not those that wait; counted first if that is wanted."""
    old = send(house, "hook", PARCEL, "export:1")
    do_jobs()
    waiting = send(house, "hook", PARCEL, "export:2")
    with house.store.session() as session:
        for id in (old.id, waiting.id):
            row = session.get(Delivery, id)
            row.created_at = now() - timedelta(days=40)
        session.get(Delivery, old.id).ended_at = now() - timedelta(days=40)
    tidy = CLEANUPS["deliveries"].run

    assert (tidy(house, 50, False), tidy(house, 30, True)) == (0, 1)
    assert len(list_deliveries(house)) == 2
    assert tidy(house, 30, False) == 1
    assert [found.id for found in list_deliveries(house)] == [waiting.id]
