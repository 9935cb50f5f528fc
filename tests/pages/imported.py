"""Imports in the states that pages show, and a feed; their ids by what they are."""

from __future__ import annotations

import io

from entrepot.base.house import House
from entrepot.feeds import (
    FeedWanted,
    Undoing,
    add_feed,
    apply_import,
    preview_import,
    take_upload,
    undo_import,
)
from tests.working import do_jobs

MARTA = "marta.okonjo@hafen.example"
FEED = "Nordlager"
HEAD = "Artikelnummer;Bezeichnung;Preis;Bestand;Warengruppe;Farbe\n"
FIRST = HEAD + (
    "NL-44109;Nitrile gloves, size 9;7,90 €;4260;Safety > Hands;blue\n"
    "NL-30077;Anti-fatigue mat;38,00 €;112;Safety > Floor;grey\n"
    "NL-77310;Spill kit, oil only;89,00 €;22;Safety > Spills;\n"
    "NL-20981;Dust mask FFP1;11,90 €;0;Safety > Breath;white\n"
)
SECOND = HEAD + (
    "NL-44109;Nitrile gloves, size 9;8,90 €;4210;Safety > Hands;blue\n"
    "NL-30077;Anti-fatigue mat;38,00 €;112;Safety > Floor;grey\n"
    "NL-77310;Spill kit, oil only;890,00 €;22;Safety > Spills;\n"
    "NL-51200;Hearing protection;24,60 €;60;Safety > Head;black\n"
    "NL-51201;Ear plugs;gratis;340;Safety > Head;yellow\n"
    ";Nameless box;1,00 €;1;Safety;\n"
)


def write_imports(house: House) -> dict[str, str]:
    """Make them, and return the id of each."""
    wanted = FeedWanted(name=FEED, source="upload", description="Workplace safety")
    add_feed(house, wanted, by=MARTA)
    applied = send(house, FIRST, name="nordlager_1.csv", feed=FEED)
    run(house, applied)
    undone = send(house, "sku,name,price\nU-1,Undone,1.00\n", name="undone.csv")
    run(house, undone)
    undo_import(house, undone, how=Undoing(), by=MARTA)
    do_jobs(house, kinds="feeds.")
    previewed = send(house, SECOND, name="nordlager_2.csv", feed=FEED)
    preview_import(house, previewed, by=MARTA)
    do_jobs(house, kinds="feeds.")
    inspected = send(house, SECOND, name="spring.csv")
    return {
        "applied": applied,
        "undone": undone,
        "previewed": previewed,
        "inspected": inspected,
    }


def send(house: House, text: str, *, name: str, feed: str = "") -> str:
    """Send a file; return the id of its import."""
    stream = io.BytesIO(text.encode())
    return take_upload(house, stream, name=name, feed=feed, by=MARTA).id


def run(house: House, id: str) -> None:
    """Preview and apply an import."""
    preview_import(house, id, by=MARTA)
    do_jobs(house, kinds="feeds.")
    apply_import(house, id, by=MARTA)
    do_jobs(house, kinds="feeds.")
