"""The README's picture can be drawn again."""

import struct

from tests.pages.screenshot import MOST_BYTES, SIZE, draw


def test_the_picture_fits_the_repository(page, tmp_path):
    """Of one size, and small enough; edges may differ by a shade between two runs."""
    page.set_viewport_size(SIZE)
    draw(page, tmp_path / "table.png")
    content = (tmp_path / "table.png").read_bytes()

    assert page.locator("table.grid tbody tr").count() > 10
    assert struct.unpack(">II", content[16:24]) == (SIZE["width"], SIZE["height"])
    assert len(content) < MOST_BYTES
