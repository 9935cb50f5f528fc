"""A thousand pictures, a tenth of which cannot be had."""

from __future__ import annotations

import pytest
from tests.catalogue.images.conftest import picture
from tests.working import do_jobs

from entrepot.base.memory import peak_bytes
from entrepot.catalogue import add_pending, count_states, submit_fetch
from entrepot.catalogue.images.spec import ImageCounts

MORE_BYTES = 200_000_000
"""Two pictures of a million pixels at once, and the library itself."""


@pytest.mark.fault
def test_a_thousand_are_all_classified(shop, gallery):
    """None is left waiting, and the memory does not grow with them."""
    colors = [f"#{number % 256:02x}{number // 256:02x}80" for number in range(1_000)]
    bad = [404, b"", b"nothing", picture(200, 200)[:-50], 410]
    pairs = []
    for number, color in enumerate(colors):
        is_bad = number % 10 == 0
        content = bad[number // 10 % 5] if is_bad else picture(800, 600, color=color)
        pairs.append((1 + number % 2, gallery.url(f"/{number}.png", content)))
    with shop.store.session() as session:
        add_pending(session, pairs)
        submit_fetch(shop)
    before = peak_bytes()

    do_jobs(shop)

    with shop.store.read_session() as session:
        counts = count_states(session)
    assert counts == ImageCounts(pending=0, kept=900, failed=100)
    assert peak_bytes() - before < MORE_BYTES
