"""The five sample products that come with the program."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from entrepot.catalogue.serving.spec import Asked, Found, Kind, Slice

FILE = Path(__file__).with_name("products.json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A product with the four documented keys."""

    id: int
    name: str
    description: str
    image_url: str


@functools.cache
def list_samples() -> tuple[Sample, ...]:
    """Return the samples, by id."""
    return msgspec.json.decode(FILE.read_bytes(), type=tuple[Sample, ...])


@dataclass(frozen=True, slots=True)
class SampleReader:
    """Reads the samples; they never change."""

    stamp: str = "json"
    kind: Kind = "samples"

    def find(self, product_id: int, *, is_public: bool = True) -> Found | None:
        """Return a sample's document."""
        return next(
            (Found(_text(s)) for s in list_samples() if s.id == product_id), None
        )

    def read_slice(self, asked: Asked) -> Slice:
        """Return some of the samples."""
        after = [s for s in _found(asked.q) if s.id > asked.after]
        some = after[asked.offset : asked.offset + asked.limit]
        return Slice(
            documents=b",".join(map(_text, some)),
            count=len(some),
            last_id=some[-1].id if some else None,
            has_more=len(after) > asked.offset + len(some),
        )

    def read_briefs(self) -> Iterator[bytes]:
        """Yield them all."""
        yield b",".join(map(_text, list_samples()))

    def count(self, q: str = "") -> int:
        """Return how many there are."""
        return len(_found(q))

    def has_any(self) -> bool:
        """Tell that there are some."""
        return True


def _found(q: str) -> list[Sample]:
    words = q.casefold().split()
    return [s for s in list_samples() if _has(s, words)]


def _has(sample: Sample, words: list[str]) -> bool:
    text = f"{sample.name} {sample.description}".casefold()
    return all(word in text for word in words)


def _text(sample: Sample) -> bytes:
    return msgspec.json.encode(sample)
