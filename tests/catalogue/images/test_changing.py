"""Pictures that are sent, ordered, described, removed; and the files behind them."""

from __future__ import annotations

import io
import os
import time

import pytest
from PIL import Image
from tests.catalogue.images.conftest import picture
from tests.catalogue.images.test_fetching import document, fetch, seen
from tests.working import do_jobs

from entrepot.base.errors import Conflict, InvalidValue, NotThere, TooMuch
from entrepot.catalogue import (
    ImageChange,
    change_image,
    delete_image,
    list_images,
    order_images,
    upload_image,
)
from entrepot.catalogue.images.sizes import make_sizes
from entrepot.catalogue.images.spec import SIZES
from entrepot.catalogue.images.upkeep import find_lost, remove_orphans


def send(house, content: bytes, name: str = "crane.png", product_id: int = 1):
    """Send a picture."""
    with house.store.session() as session:
        stream = io.BytesIO(content)
        return upload_image(house, session, product_id, stream, file_name=name)


def size_of(house, one, size: str) -> tuple[str, tuple[int, int]]:
    """Return format and measures of a picture's file in a size."""
    path = house.home / "images" / one.sha256[:2] / f"{one.sha256}-{size}.webp"
    with Image.open(path) as image:
        return image.format, image.size


def test_a_picture_that_is_sent_is_there_at_once(shop):
    """In sizes that keep its shape; no size is larger than the picture."""
    one = send(shop, picture(500, 250, format="JPEG"), r"C:\pictures\crane.jpg")

    assert (one.state, one.file_name, one.format) == ("kept", "crane.jpg", "jpeg")
    assert {size: size_of(shop, one, size) for size in SIZES} == {
        "thumb": ("WEBP", (96, 48)),
        "card": ("WEBP", (400, 200)),
        "full": ("WEBP", (500, 250)),
    }
    assert document(shop)["has_image"] is True


@pytest.mark.parametrize(
    "format", ["PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "AVIF"]
)
def test_each_format_is_known_by_its_bytes(shop, format):
    """The name may say what it likes."""
    one = send(shop, picture(format=format), "picture.exe")

    assert (one.state, one.format) == ("kept", format.lower())
    assert size_of(shop, one, "thumb")[0] == "WEBP"


def test_a_picture_is_turned_as_its_camera_was_held(shop):
    """Phones say so beside the pixels."""
    exif = Image.Exif()
    exif[0x0112] = 6
    file = io.BytesIO()
    Image.new("RGB", (300, 100), "teal").save(file, "JPEG", exif=exif)

    one = send(shop, file.getvalue())

    assert size_of(shop, one, "full") == ("WEBP", (100, 300))


def test_what_is_seen_through_stays_so(shop):
    """Also where a palette says it."""
    file = io.BytesIO()
    image = Image.new("RGBA", (50, 50), (0, 0, 0, 0)).convert("P")
    image.save(file, "PNG", transparency=0)

    one = send(shop, file.getvalue())

    path = shop.home / "images" / one.sha256[:2] / f"{one.sha256}-thumb.webp"
    with Image.open(path) as small:
        assert small.convert("RGBA").getpixel((10, 10))[3] == 0


def test_the_same_bytes_sent_again_are_the_picture_that_is_there(shop):
    """Under another name as well."""
    first = send(shop, picture(), "a.png")
    again = send(shop, picture(), "b.png")

    assert again == first
    assert len(seen(shop)) == 1


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", InvalidValue),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", InvalidValue),
        (picture(300, 300)[:-40], InvalidValue),
        (b"x" * 200_001, TooMuch),
        (picture(1_001, 1_000), TooMuch),
    ],
    ids=["empty", "svg", "cut", "large", "bomb"],
)
def test_what_is_no_picture_is_refused(shop, content, kind):
    """No row is left, nor a file that came half."""
    with pytest.raises(kind):
        send(shop, content)

    assert seen(shop) == []
    assert list((shop.home / "images" / "incoming").iterdir()) == []


def test_a_large_picture_gets_its_sizes_by_a_job(shop, monkeypatch):
    """Until then it is sent as it came."""
    monkeypatch.setattr("entrepot.catalogue.images.uploading.AT_ONCE_PIXELS", 100)

    one = send(shop, picture())
    before = (shop.home / "images" / one.sha256[:2]).glob("*.webp")

    assert (list(before), do_jobs(shop)) == ([], 1)
    assert size_of(shop, one, "card") == ("WEBP", (60, 40))


def test_sizes_are_made_once(shop):
    """What is there is not made again."""
    one = send(shop, picture())
    folder = shop.home / "images" / one.sha256[:2]
    before = {path: path.stat().st_mtime_ns for path in folder.iterdir()}

    make_sizes(shop, one.sha256)

    assert {path: path.stat().st_mtime_ns for path in folder.iterdir()} == before


def test_alt_text_position_and_first_place_can_be_changed(shop):
    """The one that stands first comes first; what is not said stays."""
    first, second = send(shop, picture()), send(shop, picture(color="navy"))

    with shop.store.session() as session:
        change = ImageChange(alt_text=" A paper crane ", is_featured=True)
        changed = change_image(session, 1, second.id, change)
        change_image(session, 1, second.id, ImageChange(position=9))

    assert (changed.alt_text, changed.is_featured) == ("A paper crane", True)
    found = [(one.id, one.position, one.is_featured) for one in seen(shop)]
    assert found == [(second.id, 9, True), (first.id, 0, False)]


def test_only_a_kept_picture_stands_first(shop, gallery):
    """One that failed shows nothing."""
    (one,) = fetch(shop, gallery.url("/a.png", 404))

    with shop.store.session() as session, pytest.raises(Conflict, match="failed"):
        change_image(session, 1, one.id, ImageChange(is_featured=True))


def test_pictures_are_put_into_an_order(shop):
    """Those not named come after, in the order they had."""
    ids = [send(shop, picture(color=color)).id for color in ("red", "green", "blue")]

    with shop.store.session() as session:
        found = order_images(session, 1, [ids[2]])

    assert [one.id for one in found] == [ids[2], ids[0], ids[1]]
    with shop.store.session() as session, pytest.raises(NotThere, match="'77'"):
        order_images(session, 1, [77])


def test_a_removed_picture_leaves_the_product_and_then_the_disk(shop):
    """Its file goes with the tidying; one that another product has stays."""
    one, other = send(shop, picture()), send(shop, picture(color="navy"))
    send(shop, picture(color="navy"), product_id=2)
    with shop.store.session() as session:
        delete_image(session, 1, one.id)
        delete_image(session, 1, other.id)
    for path in (shop.home / "images").glob("??/*"):
        os.utime(path, (time.time() - 9_000,) * 2)

    counted = remove_orphans(shop, is_dry=True)
    gone = remove_orphans(shop)

    assert (counted, gone) == (4, 4)
    kept = {path.name[:64] for path in (shop.home / "images").glob("??/*")}
    assert kept == {other.sha256}
    assert (seen(shop), document(shop)["has_image"]) == ([], False)


def test_a_picture_whose_file_is_gone_is_fetched_again_or_says_so(shop, gallery):
    """Nothing is missing in silence."""
    (fetched,) = fetch(shop, gallery.url("/a.png", picture()))
    sent = send(shop, picture(color="navy"))
    for path in (shop.home / "images").glob("??/*.png"):
        path.unlink()

    assert find_lost(shop, is_dry=True) == 2
    assert find_lost(shop) == 2

    states = {one.id: (one.state, one.error) for one in seen(shop)}
    assert states == {
        fetched.id: ("pending", ""),
        sent.id: ("failed", "the file is not here any more"),
    }
    with shop.store.session() as session:
        assert list_images(session, 1)[0].sha256 == ""
