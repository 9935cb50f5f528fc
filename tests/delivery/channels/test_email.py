"""The channel `email`, with a real mail server."""

import pytest

from entrepot.base.errors import Invalid, Refused, Unavailable
from entrepot.composition import load_settings
from entrepot.delivery import Parcel
from entrepot.delivery.channels.email import CHANNEL
from tests.answering import certificate
from tests.contracts.channel import ID, ChannelContract
from tests.mailing import post_office

PARCEL = Parcel(
    event="export.completed",
    title="Orders – 1 row",
    text="It took 2 s.",
    link="https://entrepot.example/exports/7",
)


class Desk:
    """A mail server, and what came to it."""

    def __init__(self, post, environ, **variables):
        self.post = post
        self.environ = environ
        self.options = {"to": "ana@example.com, bo@example.com"}
        self.set(**variables)

    def set(self, **variables):
        given = {
            "ENTREPOT_DELIVERY_SMTP_HOST": "localhost",
            "ENTREPOT_DELIVERY_SMTP_PORT": str(self.post.port),
            "ENTREPOT_DELIVERY_SMTP_TLS": "none",
            "ENTREPOT_DELIVERY_SMTP_SECONDS": "5",
            "ENTREPOT_DELIVERY_SMTP_FROM": "entrepot@example.org",
        }
        self.settings = load_settings({**self.environ, **given, **variables})

    def taken(self):
        return [message.as_string() for message in self.post.messages]

    def unplug(self):
        self.set(ENTREPOT_DELIVERY_SMTP_PORT="1")


class TestEmail(ChannelContract):
    """It is a channel like the others."""

    channel = "email"

    @pytest.fixture
    def desk(self, environ):
        with post_office() as post:
            yield Desk(post, environ)

    def test_the_message_says_what_there_is(self, send, desk):
        """To everybody, with a link, and the same id in every try."""
        send(PARCEL)
        message, envelope = desk.post.messages[0], desk.post.envelopes[0]

        assert envelope.rcpt_tos == ["ana@example.com", "bo@example.com"]
        assert envelope.mail_from == "entrepot@example.org"
        assert message["From"] == "entrepot@example.org"
        assert message["To"] == "ana@example.com, bo@example.com"
        assert message["Subject"] == "Orders – 1 row"
        assert message["Message-ID"] == f"<{ID}@example.org>"
        assert message["Auto-Submitted"] == "auto-generated"
        assert message.get_content().splitlines() == [
            "It took 2 s.",
            "",
            "https://entrepot.example/exports/7",
        ]

    def test_a_title_makes_no_header(self, send, desk):
        """Line ends in it are blanks; nobody else gets the message."""
        send(Parcel(event="e\r\nX-A: b", title="a\r\nBcc: eve@example.com\r\n\r\nbody"))
        message = desk.post.messages[0]

        assert message["Subject"] == "a Bcc: eve@example.com body"
        assert (message["Bcc"], message["X-A"]) == (None, None)
        assert "eve@example.com" not in desk.post.envelopes[0].rcpt_tos

    def test_a_small_file_goes_along_where_it_is_wanted(self, send, desk, tmp_path):
        """Not unasked, and not where it is larger than the setting."""
        file = tmp_path / "orders.csv"
        file.write_bytes(b"id\n7\n")
        parcel = Parcel(event="e", title="t", file=file, file_name='or"\r\nders.csv')
        send(parcel)
        send(parcel, attach="yes")
        desk.set(ENTREPOT_DELIVERY_ATTACHED_BYTES="4")
        send(parcel, attach="yes")
        found = [list(message.iter_attachments()) for message in desk.post.messages]

        assert [len(attached) for attached in found] == [0, 1, 0]
        assert found[1][0].get_content_type() == "text/csv"
        assert found[1][0].get_payload(decode=True) == b"id\n7\n"
        assert found[1][0].get_filename() == 'or" ders.csv'
        assert "too large" in desk.post.messages[2].get_content()

    def test_a_refused_address_is_told(self, send, desk):
        """The others get theirs; where nobody does, it is an error."""
        desk.post.answers["bo@example.com"] = "550 no such box"

        assert "but not for bo@example.com" in send(PARCEL).answer
        with pytest.raises(Refused, match="takes nothing for bo@example"):
            send(PARCEL, to="bo@example.com")

    def test_a_full_box_is_for_later(self, send, desk):
        """4xx may be another one later."""
        desk.post.answers["ana@example.com"] = "452 full"
        with pytest.raises(Unavailable):
            send(PARCEL, to="ana@example.com")


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
@pytest.mark.parametrize("mode", ["starttls", "tls"])
def test_we_log_in_over_tls(mode, environ, tmp_path):
    """With the user and password of the settings; a wrong one is refused for good."""
    ca, tls = certificate(tmp_path, "localhost")
    contract = TestEmail()
    login = {
        "ENTREPOT_DELIVERY_SMTP_TLS": mode,
        "ENTREPOT_DELIVERY_SMTP_USER": "mailer",
        "ENTREPOT_DELIVERY_SMTP_PASSWORD": "grey harbour",
        "ENTREPOT_FETCH_CA_FILE": str(ca),
    }
    with post_office(tls=tls, mode=mode, password="grey harbour") as post:
        desk = Desk(post, environ, **login)
        send = contract.send.__wrapped__(contract, CHANNEL, desk)
        send(PARCEL)
        desk.set(**login | {"ENTREPOT_DELIVERY_SMTP_PASSWORD": "wrong"})
        with pytest.raises(Refused, match="535") as caught:
            send(PARCEL)

    assert post.logins[0] == (b"mailer", b"grey harbour")
    assert len(post.messages) == 1
    assert "wrong" not in caught.value.detail


@pytest.mark.parametrize(
    ("mode", "why"), [("starttls", "not valid"), ("tls", "not valid")]
)
def test_a_foreign_certificate_is_refused(mode, why, environ, tmp_path):
    """Nobody between us and the mail server reads the password."""
    _, tls = certificate(tmp_path, "localhost")
    contract = TestEmail()
    with post_office(tls=tls, mode=mode) as post:
        desk = Desk(post, environ, ENTREPOT_DELIVERY_SMTP_TLS=mode)
        with pytest.raises(Refused, match=why):
            contract.send.__wrapped__(contract, CHANNEL, desk)(PARCEL)


def test_a_server_without_starttls_is_refused(environ):
    """Where encryption is wanted nothing is sent without."""
    contract = TestEmail()
    with post_office() as post:
        desk = Desk(post, environ, ENTREPOT_DELIVERY_SMTP_TLS="starttls")
        with pytest.raises(Refused, match="STARTTLS"):
            contract.send.__wrapped__(contract, CHANNEL, desk)(PARCEL)

    assert post.messages == []


def test_a_password_is_not_sent_in_the_open(environ):
    """The start refuses such settings."""
    wrong = {
        "ENTREPOT_DELIVERY_SMTP_TLS": "none",
        "ENTREPOT_DELIVERY_SMTP_PASSWORD": "grey harbour",
    }
    with pytest.raises(Invalid, match="without encryption"):
        load_settings({**environ, **wrong}).check()


@pytest.mark.parametrize(
    "to",
    ["", "ana", "ana@", "@b", "a b", "a@b\r\nBcc: c@d", "a@b.c" + ", a@b.c" * 50,
     "<ana@example.com>", "Ana <ana@example.com>"],
)  # fmt: skip
def test_what_is_no_address_is_refused(to, environ):
    """Before it is kept."""
    host = {"ENTREPOT_DELIVERY_SMTP_HOST": "localhost"}
    settings = load_settings({**environ, **host})
    CHANNEL.check({"to": "ana@example.com", "attach": "no"}, settings)
    with pytest.raises(Invalid):
        CHANNEL.check({"to": to, "attach": "no"}, settings)
    with pytest.raises(Invalid, match="no mail server"):
        CHANNEL.check({"to": "a@b.c", "attach": "no"}, load_settings(environ))
