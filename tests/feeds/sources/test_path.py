"""Files of this server."""

import os

import pytest

from entrepot.base.errors import Denied, Invalid, Missing, TooMuch


@pytest.fixture
def feeds(tmp_path):
    """The folder that feeds may read."""
    folder = tmp_path / "home" / "feeds"
    folder.mkdir(parents=True)
    (folder / "a.csv").write_bytes(b"sku\nA\n")
    return folder


def test_a_file_of_the_folder_is_copied(fetch, feeds, place):
    """By its name there, or by its whole path."""
    assert fetch("path", "a.csv").name == "a.csv"
    assert place.read_bytes() == b"sku\nA\n"
    assert fetch("path", str(feeds / "a.csv")).size_bytes == 6


def test_what_did_not_change_is_told(fetch, feeds, place):
    """By its time and size, or by what is in it."""
    first = fetch("path", "a.csv")
    place.unlink()

    assert fetch("path", "a.csv", known=first.known).is_unchanged
    os.utime(feeds / "a.csv", (1, 1))
    assert fetch("path", "a.csv", known=first.known).is_unchanged
    assert not place.exists()
    (feeds / "a.csv").write_bytes(b"sku\nB\n")
    assert not fetch("path", "a.csv", known=first.known).is_unchanged


@pytest.mark.parametrize(
    "address", ["../secret.key", "/etc/passwd", "link", "a/../../x"]
)
def test_nothing_else_is_read(fetch, feeds, address):
    """Links and `..` are followed before it is decided."""
    (feeds.parent / "secret.key").write_text("secret")
    (feeds / "link").symlink_to(feeds.parent / "secret.key")

    with pytest.raises(Denied, match="FEEDS_FOLDERS"):
        fetch("path", address)


def test_other_folders_may_be_allowed(fetch, tmp_path):
    """By the setting, which then stands for all of them."""
    other = tmp_path / "other"
    other.mkdir()
    (other / "b.csv").write_bytes(b"sku\n")
    allowed = {"ENTREPOT_FEEDS_FOLDERS": str(other)}

    assert fetch("path", "b.csv", settings=allowed).size_bytes == 4


def test_what_is_no_file_is_refused(fetch, feeds):
    """A folder, a pipe that nobody writes to, and what is not there."""
    os.mkfifo(feeds / "pipe")
    (feeds / "folder").mkdir()

    with pytest.raises(Invalid, match="no file"):
        fetch("path", "pipe")
    with pytest.raises(Invalid, match="no file"):
        fetch("path", "folder")
    with pytest.raises(Missing):
        fetch("path", "none.csv")
    with pytest.raises(Invalid, match="name the file"):
        fetch("path", " ")


def test_too_much_is_refused(fetch, feeds):
    """As of every source."""
    (feeds / "a.csv").write_bytes(b"x" * 1_001)

    with pytest.raises(TooMuch):
        fetch("path", "a.csv", settings={"ENTREPOT_FEEDS_FILE_BYTES": "1000"})
