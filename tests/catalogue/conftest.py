"""Fixtures: products to look at, and who wrote them."""

from __future__ import annotations

import pytest

from entrepot.catalogue import create_product


@pytest.fixture
def product(both):
    """The id of one product, with its category."""
    with both.store.session() as session:
        made = create_product(
            session,
            {
                "sku": "kst-1001",
                "name": "Safety helmet, vented",
                "price": "18.75",
                "currency": "EUR",
                "brand": "Kestrel",
                "category_id": 3,
                "custom_attributes": {"colour": "white"},
            },
            by="ada",
        )
        return made.id
