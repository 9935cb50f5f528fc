"""The channel `folder`."""

import os
from dataclasses import dataclass
from pathlib import Path

import pytest

from entrepot.base.errors import Denied, Invalid, Refused
from entrepot.base.settings import Settings
from entrepot.composition import load_settings
from entrepot.delivery import Parcel, Sending
from entrepot.delivery.channels.folder import CHANNEL, render_name
from tests.contracts.channel import ID, ChannelContract, all_options


@dataclass
class Desk:
    """A folder that may be written."""

    root: Path
    settings: Settings

    @property
    def options(self):
        return {"folder": "out"}

    def taken(self):
        return [file.read_text() for file in sorted(self.root.glob("out/*"))]

    def unplug(self):
        (self.root / "out").write_text("a file where the folder should be")


class TestFolder(ChannelContract):
    """It is a channel like the others."""

    channel = "folder"

    @pytest.fixture
    def desk(self, environ, tmp_path):
        root = tmp_path / "root"
        root.mkdir()
        settings = load_settings({**environ, "ENTREPOT_DELIVERY_FOLDERS": str(root)})
        return Desk(root, settings)

    @pytest.mark.parametrize(
        "folder", ["../x", "/etc", "out/../../x", "link/in", "~root", "a\0b"]
    )
    def test_nothing_leads_outside(self, desk, folder, tmp_path):
        """Paths, links and `..` are followed before the folder is looked at."""
        (desk.root / "link").symlink_to(tmp_path)
        with pytest.raises((Denied, Invalid)):
            CHANNEL.check(all_options(CHANNEL, {"folder": folder}), desk.settings)

    def test_the_home_has_a_folder_of_its_own(self, environ, tmp_path):
        """Where nothing is set, files go below `delivered` and nowhere else."""
        settings = load_settings(environ)
        CHANNEL.check(all_options(CHANNEL, {"folder": "shop"}), settings)
        with pytest.raises(Denied):
            CHANNEL.check(all_options(CHANNEL, {"folder": ".."}), settings)

    def test_the_file_is_the_same(self, send, desk, tmp_path):
        """Byte for byte, readable by others, and replaced by the next try."""
        file = tmp_path / "orders.csv"
        parcel = Parcel(event="e", title="t", file=file, file_name="orders.csv")
        for content in (b"old", b"\x00new"):
            file.write_bytes(content)
            answer = send(parcel).answer

        there = desk.root / "out" / "orders.csv"
        assert [p.name for p in there.parent.iterdir()] == ["orders.csv"]
        assert there.read_bytes() == b"\x00new"
        assert there.stat().st_mode & 0o777 == 0o644
        assert answer == "written as orders.csv"

    def test_what_may_not_be_written_is_refused(self, send, desk, monkeypatch):
        """Rights do not come back by themselves: no second try."""

        def forbid(*_values, **_more):
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(os, "fchmod", forbid)
        with pytest.raises(Refused, match="Permission denied"):
            send(Parcel(event="e", title="t"))

        assert desk.taken() == []


@pytest.mark.parametrize(
    ("pattern", "file_name", "expected"),
    [
        ("{name}.{extension}", "orders.csv", "orders.csv"),
        ("{name}-{id}.{extension}", "a.b.csv", f"a.b-{ID}.csv"),
        ("{event}.{extension}", "x.tar.gz", "export.completed.gz"),
        ("{name}", "../../etc/passwd", "_"),
        ("../{name}", "x.csv", "_x"),
        ("{name}.{extension}", "a\0b\r\n.csv", "a_b__.csv"),
        ("...", "x.csv", ID),
        ("{name}.{extension}", "x" * 500 + ".csv", "x" * 197 + ".csv"),
    ],
)
def test_a_name_is_one_name(pattern, file_name, expected, environ):
    """Never a path, hidden, empty or too long."""
    parcel = Parcel(event="export.completed", title="t", file_name=file_name)
    settings = load_settings(environ)
    sending = Sending(delivery_id=ID, attempt=1, options={}, settings=settings)

    assert render_name(pattern, parcel, sending) == expected


def test_an_unknown_place_is_refused(environ):
    """The places that there are stand in the hint."""
    options = {"folder": "x", "file_name": "{year}.csv"}
    with pytest.raises(Invalid, match=r"\{year\} stands for nothing"):
        CHANNEL.check(options, load_settings(environ))
