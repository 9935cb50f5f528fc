"""Look at a file, and propose how to read it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from entrepot.base.errors import Invalid
from entrepot.feeds.reading.guessing import Guess
from entrepot.feeds.reading.plan import Plan
from entrepot.feeds.reading.proposing import Rows, propose
from entrepot.feeds.reading.seen import Candidate, ColumnSeen, Inspection
from entrepot.feeds.reading.unpacking import Unpacked, unpacked
from entrepot.feeds.registry import FEED_FORMATS
from entrepot.feeds.spec import LINE, FeedFormat, RawBatch, Sniffed

LOOKED_AT_ROWS = 1_000
SAMPLES = 5
SAMPLE_CHARACTERS = 200
BY_ENDING = 0.02
"""How much likelier a format is for a file with its ending."""

Options = Mapping[str, str | int | float | bool]


def inspect(
    path: Path,
    name: str = "",
    *,
    format: str = "",
    options: Options | None = None,
    known: Plan | None = None,
) -> Inspection:
    """Return what a file seems to be, and a plan for it.

    Args:
        name: As its owner calls it; its ending is one hint among others.
        format: To be taken instead of the guessed one.
        options: To be taken instead of the guessed ones.
        known: A feed's plan: its mapping and rules are kept where the columns are the
            same, and what is new is guessed.

    Raises:
        Invalid: It is no file that any format can read.
        UnknownName: There is no such format.
        TooMuch: It is larger than it may be, once unpacked.
    """
    with unpacked(path) as file:
        sniffed = _sniff_all(file, name)
        part, found = _chosen(sniffed, format or (known.format if known else ""))
        read_with = _merged(found.options, known, options)
        rows = _first_rows(part, file.path, read_with)
    proposal = propose(part, read_with, rows, known=known)
    return Inspection(
        format=part.name,
        label=part.label,
        candidates=_candidates(sniffed),
        columns=tuple(_seen(rows, proposal.guesses)),
        plan=proposal.plan,
        remarks=(*_packed(file), *found.remarks, *proposal.remarks),
        needs=proposal.needs,
        rows_looked_at=rows.count,
        has_more_rows=not rows.is_whole,
        size_bytes=path.stat().st_size,
    )


def _merged(
    found: Options, known: Plan | None, options: Options | None
) -> dict[str, str | int | float | bool]:
    return {**found, **(known.options if known else {}), **(options or {})}


def _packed(file: Unpacked) -> list[str]:
    return [f"It is {file.name} out of a package."] if file.name else []


def _candidates(
    sniffed: Sequence[tuple[FeedFormat, Sniffed]],
) -> tuple[Candidate, ...]:
    return tuple(
        Candidate(name=part.name, label=part.label, likelihood=round(s.likelihood, 3))
        for part, s in sniffed
        if s.likelihood > 0
    )


def _sniff_all(file: Unpacked, name: str) -> list[tuple[FeedFormat, Sniffed]]:
    """Return what each format makes of a file, the likeliest first."""
    ending = Path(file.name or name or file.path.name).suffix.lower()
    found = []
    for part in FEED_FORMATS:
        sniffed = part.sniff(file.path)
        if sniffed.likelihood > 0 and ending in part.extensions:
            likelihood = min(1.0, sniffed.likelihood + BY_ENDING)
            sniffed = replace(sniffed, likelihood=likelihood)
        found.append((part, sniffed))
    return sorted(found, key=lambda pair: -pair[1].likelihood)


def _chosen(
    sniffed: Sequence[tuple[FeedFormat, Sniffed]], format: str
) -> tuple[FeedFormat, Sniffed]:
    if format:
        part = FEED_FORMATS.get(format)
        return next((p, s) for p, s in sniffed if p.name == part.name)
    part, found = sniffed[0]
    if found.likelihood <= 0:
        labels = ", ".join(sorted(p.label for p, _ in sniffed))
        raise Invalid(
            "the file is none that products are read from",
            hint=f"known: {labels}; also as zip or gzip",
        )
    return part, found


def _first_rows(part: FeedFormat, path: Path, options: Options) -> Rows:
    batches = iter(part.read(path, options))
    try:
        return _rows_of(batches)
    finally:
        close = getattr(batches, "close", None)
        if close is not None:
            close()


def _rows_of(batches: Iterator[RawBatch]) -> Rows:
    rows = Rows()
    for batch in batches:
        table = batch.rows
        names = [name for name in table.schema.names if name != LINE]
        rows.errors += len(batch.errors)
        part = table.slice(0, LOOKED_AT_ROWS - rows.count)
        for name in names:
            texts = part[name].to_pylist()
            rows.texts.setdefault(name, []).extend(text or "" for text in texts)
        rows.count += part.num_rows
        if part.num_rows < table.num_rows or rows.count >= LOOKED_AT_ROWS:
            rows.is_whole = False
            break
    if not rows.texts:
        raise Invalid("the file has no columns")
    return rows


def _seen(rows: Rows, guesses: Mapping[str, Guess]) -> Iterator[ColumnSeen]:
    for name, texts in rows.texts.items():
        filled = [text for text in texts if text.strip()]
        samples = list(dict.fromkeys(text.strip() for text in filled))[:SAMPLES]
        guess = guesses[name]
        yield ColumnSeen(
            name=name,
            samples=tuple(text[:SAMPLE_CHARACTERS] for text in samples),
            looks=guess.looks,
            filled=round(len(filled) / len(texts), 3) if texts else 0.0,
            field=guess.field,
            confidence=guess.confidence,
            reason=guess.reason,
        )
