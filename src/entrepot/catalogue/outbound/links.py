"""Where the links of a feed lead: the shop's pages, and pictures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

from entrepot.base.settings import Settings
from entrepot.catalogue.images.seeing import address_of
from entrepot.catalogue.outbound import settings as knobs
from entrepot.catalogue.outbound.items import Item


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture's address, and what it shows in words."""

    url: str
    alt_text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """How addresses are made.

    Attributes:
        shop: With `{handle}`, `{sku}` or `{id}`; empty where nobody said.
        pictures: What stands before the path of a picture that is kept here.
    """

    shop: str
    pictures: str

    def page_of(self, item: Item) -> str:
        """Return where a product is sold; empty where nobody said."""
        own = item.attributes.get("link")
        if isinstance(own, str) and own.startswith(("https://", "http://")):
            return own
        address = self.shop
        parts = {"handle": item.handle, "sku": item.sku, "id": str(item.id)}
        for name, value in parts.items():
            address = address.replace("{" + name + "}", quote(value, safe=""))
        return address

    def pictures_of(self, item: Item) -> list[Picture]:
        """Return a product's pictures that can be reached, the first one first."""
        found: dict[str, Picture] = {}
        for picture in self._candidates(item):
            if picture.url.startswith(("https://", "http://")):
                known = found.get(picture.url)
                if known is None or not known.alt_text:
                    found[picture.url] = picture
        return list(found.values())

    def _candidates(self, item: Item) -> Iterator[Picture]:
        # The alt text stands with the picture, the order with the product.
        alts = {kept.url: kept.alt_text for kept in item.kept if kept.url}
        if item.image_url:
            yield Picture(item.image_url, alts.get(item.image_url, ""))
        further = item.additional_images
        for url in further if isinstance(further, list) else ():
            if isinstance(url, str):
                yield Picture(url, alts.get(url, ""))
        for kept in item.kept:
            here = address_of(kept.sha256, "full")
            address = kept.url or (f"{self.pictures}{here}" if self.pictures else "")
            yield Picture(address, kept.alt_text)


def links_of(settings: Settings) -> Links:
    """Return how the settings make addresses."""
    return Links(
        shop=settings[knobs.SHOP_URL],
        pictures=settings[knobs.PICTURES_URL].rstrip("/"),
    )
