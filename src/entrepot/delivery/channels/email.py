"""Deliver by e-mail: some lines with a link, and a small file where that is wanted."""

from __future__ import annotations

import mimetypes
import re
import smtplib
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from entrepot.base.errors import Invalid, Refused, TimedOut, Unavailable
from entrepot.base.fetch.settings import CA_FILE
from entrepot.base.settings import Settings
from entrepot.delivery.spec import (
    Channel,
    ChannelOption,
    Parcel,
    Sending,
    Sent,
    knobs,
)

MOST = 50
"""Addresses of one destination."""

_BLANKS = re.compile(r"[\s\x00-\x1f\x7f]+")
_ADDRESS = re.compile(r"[^\s@<>,;:\"()\[\]\\]{1,64}@[A-Za-z0-9.-]{1,250}")


def send(parcel: Parcel, sending: Sending) -> Sent:
    """Hand the message to the mail server; that it was taken is not that it arrives."""
    message = render_message(parcel, sending)
    with _told(sending.settings), _connected(sending.settings) as server:
        refused = server.send_message(message)
    others = f", but not for {', '.join(sorted(refused))}" if refused else ""
    return Sent(answer=f"taken by the mail server{others}"[:300])


def check(options: Mapping[str, str], settings: Settings) -> None:
    """Refuse addresses that are none, and mail where no server is set."""
    read_addresses(options["to"])
    if options["attach"] not in ("yes", "no"):
        raise Invalid("attach: yes or no")
    if not settings[knobs.SMTP_HOST]:
        raise Invalid(
            "there is no mail server", hint=f"set {knobs.SMTP_HOST.variable} first"
        )


def read_addresses(text: str) -> list[Address]:
    """Return the addresses of a list that commas or blanks separate.

    Raises:
        Invalid: One of them is none, there is none, or there are too many.
    """
    words = [word for word in re.split(r"[,;\s]+", text) if word]
    if not 0 < len(words) <= MOST:
        raise Invalid(f"to: 1 to {MOST} addresses, not {len(words)}")
    return [_address(word) for word in words]


def render_message(parcel: Parcel, sending: Sending) -> EmailMessage:
    """Return the message; its Message-ID is the same in every try."""
    settings = sending.settings
    sender = _address(settings[knobs.SMTP_FROM] or f"entrepot@{_domain(settings)}")
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = read_addresses(sending.options["to"])
    message["Subject"] = _BLANKS.sub(" ", parcel.title).strip()[:200]
    message["Message-ID"] = f"<{sending.delivery_id}@{sender.domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message["X-Entrepot-Event"] = _BLANKS.sub(" ", parcel.event)
    note = "" if _fits(parcel, sending) else _why_not(parcel, sending)
    message.set_content("\n\n".join(filter(None, (parcel.text, note, parcel.link))))
    if _fits(parcel, sending):
        _add_file(message, parcel)
    return message


def _fits(parcel: Parcel, sending: Sending) -> bool:
    """Tell whether the file goes along: it is wanted, there, and small."""
    if sending.options["attach"] != "yes" or parcel.file is None:
        return False
    limit = sending.settings[knobs.ATTACHED]
    return parcel.file.is_file() and parcel.file.stat().st_size <= limit


def _why_not(parcel: Parcel, sending: Sending) -> str:
    if sending.options["attach"] != "yes" or parcel.file is None:
        return ""
    if not parcel.file.is_file():
        return "The file is not kept any more."
    return "The file is too large for a mail; it can be had at the address below."


def _add_file(message: EmailMessage, parcel: Parcel) -> None:
    assert parcel.file is not None
    name = _BLANKS.sub(" ", parcel.file_name or parcel.file.name)
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    main, _, sub = kind.partition("/")
    content = parcel.file.read_bytes()
    message.add_attachment(content, maintype=main, subtype=sub, filename=name)


def _address(text: str) -> Address:
    if not _ADDRESS.fullmatch(text):
        raise Invalid(f"{text[:100]!r} is not an e-mail address")
    try:
        return Address(addr_spec=text)
    except (MessageError, ValueError, IndexError):
        raise Invalid(f"{text[:100]!r} is not an e-mail address") from None


def _domain(settings: Settings) -> str:
    host = settings[knobs.SMTP_HOST]
    return host if re.search("[a-z]", host) else "localhost"


@contextmanager
def _connected(settings: Settings) -> Iterator[smtplib.SMTP]:
    host, port = settings[knobs.SMTP_HOST], settings[knobs.SMTP_PORT]
    seconds, mode = settings[knobs.SMTP_SECONDS], settings[knobs.SMTP_TLS]
    if not host:
        raise Refused("no mail server is set", hint=f"set {knobs.SMTP_HOST.variable}")
    server = (
        smtplib.SMTP_SSL(host, port, timeout=seconds, context=_tls(settings))
        if mode == "tls"
        else smtplib.SMTP(host, port, timeout=seconds)
    )
    try:
        if mode == "starttls":
            server.starttls(context=_tls(settings))
        if settings[knobs.SMTP_USER]:
            server.login(settings[knobs.SMTP_USER], settings[knobs.SMTP_PASSWORD])
        yield server
    finally:
        with suppress(smtplib.SMTPException, OSError):
            server.quit()  # what was taken is taken, whatever it says to that


def _tls(settings: Settings) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if settings[CA_FILE]:
        context.load_verify_locations(cafile=settings[CA_FILE])
    return context


@contextmanager
def _told(settings: Settings) -> Iterator[None]:
    """Turn what the library raises into our errors; 4xx may be well later."""
    where = f"{settings[knobs.SMTP_HOST]}:{settings[knobs.SMTP_PORT]}"
    try:
        yield
    except smtplib.SMTPRecipientsRefused as error:
        codes = {code for code, _ in error.recipients.values()}
        kind = Refused if all(code >= 500 for code in codes) else Unavailable
        names = ", ".join(sorted(error.recipients))
        raise kind(f"the mail server takes nothing for {names}"[:300]) from None
    except smtplib.SMTPResponseException as error:
        kind = Refused if error.smtp_code >= 500 else Unavailable
        said = error.smtp_error
        text = said.decode(errors="replace") if isinstance(said, bytes) else said
        raise kind(f"{where} said {error.smtp_code} {text}"[:300]) from None
    except smtplib.SMTPNotSupportedError as error:
        raise Refused(f"{where}: {error}"[:300]) from None
    except ssl.SSLCertVerificationError as error:
        why = error.verify_message
        raise Refused(f"the certificate of {where} is not valid: {why}") from None
    except TimeoutError:
        raise TimedOut(f"{where} does not answer in time") from None
    except (smtplib.SMTPException, OSError) as error:
        raise Unavailable(f"{where} cannot be reached: {error}"[:300]) from None


CHANNEL = Channel(
    name="email",
    summary="People who are told by e-mail.",
    options=(
        ChannelOption(name="to", help="Addresses, separated by commas."),
        ChannelOption(
            name="attach",
            help="yes to attach a small file; else the link alone is sent.",
            is_required=False,
            default="no",
        ),
    ),
    send=send,
    check=check,
)
