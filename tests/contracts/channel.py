"""What every channel must do. Subclass it, once for each channel."""

from __future__ import annotations

from pathlib import Path

import pytest

from entrepot.base.errors import Expired, Unavailable
from entrepot.delivery import CHANNELS, Parcel, Sending

SECRET = "a secret of some length"
ID = "5f0c8a52-1111-4222-8333-944445555666"


class ChannelContract:
    """Give the channel's name, and a desk: `options`, `settings` and `taken()`.

    A desk may have a `secret` of its own. `taken()` returns what arrived so far, as
    text, one entry a parcel. `unplug()` lets the other side be away.
    """

    channel: str

    @pytest.fixture
    def desk(self):
        """Stand for the other side; each subclass has its own."""
        raise NotImplementedError

    @pytest.fixture
    def part(self):
        """The channel itself."""
        return CHANNELS.get(self.channel)

    @pytest.fixture
    def send(self, part, desk):
        """A function that sends a parcel, with the desk's options."""

        def send_one(parcel, attempt=1, **options):
            sending = Sending(
                delivery_id=ID,
                attempt=attempt,
                options=all_options(part, desk.options | options),
                secret=getattr(desk, "secret", SECRET),
                settings=desk.settings,
            )
            return part.send(parcel, sending)

        return send_one

    def test_it_is_described(self, part):
        """A sentence each; at most one option is a secret, and it has no default."""
        secrets = [option for option in part.options if option.is_secret]

        assert part.summary.endswith(".")
        assert all(option.help.endswith(".") for option in part.options)
        assert len({option.name for option in part.options}) == len(part.options)
        assert len(secrets) <= 1
        assert all(option.default == "" for option in secrets)

    def test_good_options_pass_the_check(self, part, desk):
        """What works is let in."""
        part.check(all_options(part, desk.options), desk.settings)

    def test_a_parcel_arrives(self, send, desk, tmp_path):
        """What it says is there; the answer is a few words without the secret."""
        file = tmp_path / "orders.csv"
        file.write_text("id\n7\n")
        parcel = Parcel(
            event="export.completed",
            title="Orders – 1 row",
            text="It took 2 s.",
            facts={"rows": 1},
            file=file,
            file_name="orders.csv",
            link="https://entrepot.example/exports/7",
        )

        sent = send(parcel)

        assert len(desk.taken()) == 1
        assert 0 < len(sent.answer) <= 300
        assert SECRET not in sent.answer + desk.taken()[0]

    def test_a_parcel_without_a_file_arrives(self, send, desk):
        """A message is enough."""
        send(Parcel(event="rows.dropped", title="Fewer rows", facts={"rows": 3}))

        assert "Fewer rows" in desk.taken()[0]

    def test_hostile_words_stay_words(self, send, desk, tmp_path):
        """Line ends, NUL, paths and long titles change nothing but the text."""
        bad = "a\r\nBcc: all@example.com\r\n\r\n../../\0<b>" + "x" * 5000
        file = tmp_path / "f"
        file.write_bytes(b"x")
        send(Parcel(event="test", title=bad, text=bad, file=file, file_name=bad))

        assert len(desk.taken()) == 1

    def test_the_other_side_may_be_away(self, send, desk):
        """Then it is `Unavailable`, which is tried again."""
        desk.unplug()
        with pytest.raises(Unavailable) as caught:
            send(Parcel(event="test", title="Test"))

        assert SECRET not in caught.value.detail

    def test_a_file_that_is_gone_is_said_or_left_out(self, send, desk):
        """The file of an old delivery may have been removed since."""
        gone = Path("/nowhere/orders.csv")
        try:
            send(Parcel(event="e", title="t", file=gone, file_name="orders.csv"))
        except Expired:
            assert desk.taken() == []
        else:
            assert len(desk.taken()) == 1


def all_options(part, given):
    """Return a value for each option that is no secret."""
    plain = (option for option in part.options if not option.is_secret)
    return {o.name: given.get(o.name, o.default) for o in plain}
