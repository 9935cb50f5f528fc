"""Icons are drawn from words, hold one at a time, and can be seen."""

from __future__ import annotations

import io
from datetime import timedelta
from decimal import Decimal

import pytest
from PIL import Image
from sqlalchemy import select, update
from tests.working import do_jobs

from entrepot.base.errors import (
    InvalidValue,
    NotThere,
    TooMuch,
    Unavailable,
    UnknownName,
)
from entrepot.base.times import now
from entrepot.catalogue import Icon, create_category
from entrepot.catalogue.icons.batches import submit_batch
from entrepot.catalogue.icons.making import (
    file_of,
    generate_icon,
    regenerate_icon,
    remove_icon,
)
from entrepot.catalogue.icons.registry import ENGINES
from entrepot.catalogue.icons.seeing import (
    IconFilter,
    get_category_icon,
    list_category_icons,
    list_icons,
)
from entrepot.catalogue.icons.spec import (
    BACKGROUNDS,
    STYLES,
    Drawn,
    IconEngine,
    LookAsked,
)
from entrepot.catalogue.icons.upkeep import end_stuck
from entrepot.composition import load_kinds
from entrepot.jobs import JobFilter, list_jobs

OFFICE = 1
"""The category Office Supplies, which every house has."""


@pytest.fixture
def engine(monkeypatch):
    """A function that adds an engine of another distribution."""

    def add(draw):
        part = IconEngine(name="elsewhere", summary="Made elsewhere.", draw=draw)
        monkeypatch.setattr(ENGINES, "names", lambda: ["elsewhere", "local"])
        usual = ENGINES.get
        monkeypatch.setattr(
            ENGINES, "get", lambda name: part if name == part.name else usual(name)
        )

    return add


def states(house, category_id: int = OFFICE) -> list[tuple[int, str]]:
    """Return id and state of a category's icons, the oldest first."""
    with house.store.read_session() as session:
        wanted = IconFilter(category_id=category_id, is_active=None)
        found = list_icons(session, wanted).icons
    return [(one.id, one.status) for one in reversed(found)]


def holding(house, category_id: int = OFFICE):
    """Return the icon that holds for a category."""
    with house.store.read_session() as session:
        return get_category_icon(session, category_id).icon


def test_an_icon_is_drawn_and_kept_with_how_it_was_made(both):
    """As PNG and SVG of the size that was asked for."""
    asked = LookAsked(style="flat", color="#B4532A", background="white", size=64)

    one = generate_icon(both, OFFICE, asked)

    assert (one.status, one.symbol, one.model) == ("active", "paperclip", "local")
    assert (one.style, one.color, one.background) == ("flat", "#b4532a", "white")
    assert one.filename == f"icon_{OFFICE}_{one.file_hash[:8]}.png"
    assert (one.generation_cost, one.generation_batch_id) == (0.0, "")
    assert "flat, in #b4532a, on white, 64 pixels" in one.prompt
    content = file_of(both, one, "png").read_bytes()
    with Image.open(io.BytesIO(content)) as image:
        assert (image.format, image.size, len(content)) == (
            "PNG",
            (64, 64),
            one.file_size,
        )
    svg = file_of(both, one, "svg").read_text()
    assert svg.startswith("<svg")
    assert "<title>Office Supplies</title>" in svg


def test_the_newest_icon_holds_and_the_same_again_is_no_other(both):
    """The older one is inactive; what it looked like can hold again."""
    first = generate_icon(both, OFFICE, LookAsked())
    second = generate_icon(both, OFFICE, LookAsked(style="flat"))
    assert states(both) == [(first.id, "inactive"), (second.id, "active")]

    again = regenerate_icon(both, first.id, LookAsked())

    assert (again.id, again.file_hash) == (first.id, first.file_hash)
    assert states(both) == [(first.id, "active"), (second.id, "inactive")]


def test_an_icon_is_made_anew_with_what_is_said(both):
    """The drawing that somebody chose stays chosen."""
    first = generate_icon(both, OFFICE, LookAsked(symbol="rocket", color="#0f766e"))

    again = regenerate_icon(both, first.id, LookAsked(style="minimal"))

    made = (again.symbol, again.color, again.style)
    assert made == ("rocket", "#0f766e", "minimal")


def test_what_does_not_work_leaves_the_icon_that_holds(both, engine):
    """The row of the failure says why."""
    first = generate_icon(both, OFFICE, LookAsked())

    def draw(wish):
        raise Unavailable("elsewhere does not answer")

    engine(draw)
    with pytest.raises(Unavailable):
        generate_icon(both, OFFICE, LookAsked(model="elsewhere"))

    assert [state for _, state in states(both)] == ["active", "failed"]
    assert holding(both).id == first.id
    with both.store.read_session() as session:
        failed = list_icons(session, IconFilter(status="failed")).icons[0]
    assert (failed.error, failed.png_url) == ("elsewhere does not answer", "")


def test_another_engine_draws_in_pixels_alone(both, engine):
    """It is told the wish in words, and may say what it cost."""
    told = []

    def draw(wish):
        told.append(wish.prompt)
        file = io.BytesIO()
        Image.new("RGB", (32, 32)).save(file, "PNG")
        return Drawn(png=file.getvalue(), cost=Decimal("0.04"))

    engine(draw)
    one = generate_icon(both, OFFICE, LookAsked(model="elsewhere"))

    assert (one.model, one.svg_url, one.generation_cost) == ("elsewhere", "", 0.04)
    assert told == [one.prompt]


@pytest.mark.parametrize(
    ("category", "asked", "kind"),
    [
        (77, LookAsked(), NotThere),
        (OFFICE, LookAsked(symbol="no-such-drawing"), UnknownName),
        (OFFICE, LookAsked(model="no-such-engine"), UnknownName),
        (OFFICE, LookAsked(color="red"), InvalidValue),
    ],
    ids=["category", "drawing", "engine", "colour"],
)
def test_what_there_is_not_is_told(both, category, asked, kind):
    """No icon holds then."""
    with pytest.raises(kind):
        generate_icon(both, category, asked)

    assert holding(both) is None


def test_an_icon_taken_away_holds_no_more(both):
    """Its row and its file stay."""
    one = generate_icon(both, OFFICE, LookAsked())

    with both.store.session() as session:
        remove_icon(session, one.id)

    assert holding(both) is None
    assert states(both) == [(one.id, "inactive")]
    assert file_of(both, one, "png").exists()


def test_a_batch_makes_what_is_missing(both):
    """One that fails stops no other; its result counts both."""
    load_kinds()
    generate_icon(both, OFFICE, LookAsked())

    made = submit_batch(both, LookAsked(style="flat"))
    with both.store.session() as session:
        lone = create_category(session, name="Gone soon")
    again = submit_batch(both, LookAsked(), category_ids=[lone.id])
    with both.store.session() as session:
        session.delete(session.merge(lone))
    do_jobs(both)

    jobs = {job.id: job.result for job in list_jobs(both, JobFilter(), limit=9).jobs}
    first, second = jobs[made.job_id], jobs[again.job_id]
    counts = ("total_categories", "success_count", "failed_count")
    assert [first[name] for name in counts] == [3, 3, 0]
    assert [second[name] for name in counts] == [1, 0, 1]
    with both.store.read_session() as session:
        found, _ = list_category_icons(session)
        of_batch = list_icons(session, IconFilter(batch=made.batch_id)).total
    assert [one.icon.style for one in found] == ["modern", "flat", "flat", "flat"]
    assert of_batch == 3


def test_a_batch_has_a_limit(both):
    """As the setting says, which the error names."""
    ids = list(range(1, 102))
    with pytest.raises(NotThere):
        submit_batch(both, LookAsked(), category_ids=[1, 77])
    with both.store.session() as session:
        for number in range(101):
            create_category(session, name=f"Category {number}")

    with pytest.raises(TooMuch, match="at most 100 categories, not 101"):
        submit_batch(both, LookAsked(), category_ids=ids)
    with pytest.raises(InvalidValue, match="no category"):
        submit_batch(both, LookAsked(), category_ids=[])


def test_what_was_cut_off_has_failed(both):
    """What is being made now goes on."""
    with both.store.session() as session:
        rows = [Icon(category_id=OFFICE, filename="", file_path="") for _ in range(2)]
        session.add_all(rows)
        session.flush()
        long_ago = now() - timedelta(hours=1)
        session.execute(
            update(Icon).where(Icon.id == rows[0].id).values(updated_at=long_ago)
        )

    assert (end_stuck(both, is_dry=True), end_stuck(both), end_stuck(both)) == (1, 1, 0)

    with both.store.read_session() as session:
        found = list(session.scalars(select(Icon.status).order_by(Icon.id)))
    assert found == ["failed", "generating"]


@pytest.mark.parametrize("background", BACKGROUNDS)
@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(
    "color", ["#3b82f6", "#f4d35e", "#ffffff", "#000000", "#808080"]
)
def test_every_drawing_can_be_seen(house, style, background, color):
    """Whatever the colour: it is made darker or paler, which is told."""
    from entrepot.catalogue.icons.making import preview_icon

    asked = LookAsked(style=style, background=background, color=color)

    drawn = preview_icon(house, "Office Supplies", (), asked)

    assert drawn.contrast >= 3.0
    assert drawn.color in drawn.svg
