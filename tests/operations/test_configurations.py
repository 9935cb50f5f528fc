"""Values kept in the database: typed, checked, sealed, told."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from entrepot.base.errors import Conflict, InvalidValue, NotThere, UnknownName
from entrepot.operations import (
    Change,
    Configuration,
    ConfigurationChanged,
    ConfigurationRemoved,
    get_configuration,
    get_value,
    list_configurations,
    remove_configuration,
    set_configuration,
)

FLOOD = {"integer": "9" * 99, "float": "1e999", "json": "[" * 99_999}


def keep(house, key, value, **more):
    """Keep something, of this type and so on."""
    return set_configuration(house, key, Change(value=value, **more))


def stored(house, key) -> str:
    """Return the text in the database."""
    with house.store.read_session() as session:
        wanted = select(Configuration.value).where(Configuration.key == key)
        return session.scalar(wanted)


@pytest.mark.parametrize(
    ("data_type", "given", "kept", "value"),
    [
        ("string", " as it is ", " as it is ", " as it is "),
        ("integer", "+7", "7", 7),
        ("integer", 7.0, "7", 7),
        ("integer", 2**53 - 1, "9007199254740991", 2**53 - 1),
        ("float", "0.5", "0.5", 0.5),
        ("float", 3, "3.0", 3.0),
        ("boolean", "Yes", "true", True),
        ("boolean", False, "false", False),
        ("json", {"a": [1, None]}, '{"a": [1, null]}', {"a": [1, None]}),
        ("json", "[1,2]", "[1, 2]", [1, 2]),
        ("json", '"\\u0000"', '"\\u0000"', "\0"),
        ("string", None, None, None),
    ],
)
def test_a_value_comes_back_as_its_type(both, data_type, given, kept, value):
    """Whether it came as a text or as a value; there is one text for each."""
    made = keep(both, "a.b", given, data_type=data_type)

    assert (made.value, made.data_type) == (value, data_type)
    assert stored(both, "a.b") == kept
    assert get_value(both, "a.b") == value
    with both.store.read_session() as session:
        row = session.scalars(select(Configuration).where(Configuration.key == "a.b"))
        assert row.one().get_value() == value


@pytest.mark.parametrize(
    ("data_type", "given"),
    [
        ("string", 7),
        ("string", "a\0b"),
        ("string", "x" * 64_001),
        ("integer", "7.5"),
        ("integer", 7.5),
        ("integer", True),
        ("integer", 2**53),
        ("integer", "٣"),
        ("float", "nan"),
        ("float", "dear"),
        ("boolean", "maybe"),
        ("boolean", 1),
        ("json", "{'a': 1}"),
        ("json", "NaN"),
        ("json", '"\\ud800"'),
        *FLOOD.items(),
    ],
)
def test_a_value_of_another_type_is_refused(both, data_type, given):
    """What was kept stays."""
    good = {"string": "x", "integer": 1, "float": 1.5, "boolean": True, "json": {}}
    keep(both, "a.b", good[data_type], data_type=data_type)

    with pytest.raises(InvalidValue):
        keep(both, "a.b", given)
    assert get_value(both, "a.b") == good[data_type]


def test_the_model_keeps_the_type_too():
    """By `set_value`, as the documents have it."""
    row = Configuration(key="a.b", data_type="integer")
    row.set_value("12")

    assert (row.value, row.get_value()) == ("12", 12)
    with pytest.raises(InvalidValue):
        row.set_value("twelve")
    assert row.value == "12"


@pytest.mark.parametrize("key", ["", "a b", "1a", "a/b", "x" * 201, "ä"])
def test_a_key_is_a_plain_name(both, key):
    """A letter first; letters, digits, `_`, `.` and `-`."""
    assert keep(both, "A.b-c_1", "x", data_type="string").key == "A.b-c_1"
    with pytest.raises(InvalidValue):
        keep(both, key, "x", data_type="string")


def test_the_whole_value_matches_the_pattern(both):
    """Not only its beginning; the documents' values have patterns too."""
    keep(both, "icons.default_color", "#00ff00")

    for wrong in ("#00ff00x", "x#00ff00", "#00ff00\n", "green", ""):
        with pytest.raises(InvalidValue):
            keep(both, "icons.default_color", wrong)
    assert get_value(both, "icons.default_color") == "#00ff00"


def test_a_pattern_that_never_ends_is_ended(both):
    """A second of work, and nothing is kept."""
    with pytest.raises(InvalidValue, match="takes too long"):
        keep(both, "a.b", "a" * 40 + "b", data_type="string", validation_regex="(a+)+$")
    with pytest.raises(NotThere):
        get_configuration(both, "a.b")


def test_a_pattern_is_a_pattern(both):
    """One that is none is told with its fault."""
    with pytest.raises(InvalidValue, match="not a regular expression: unterminated"):
        keep(both, "a.b", "x", data_type="string", validation_regex="[a")


def test_what_is_required_stays(both):
    """It is neither emptied nor removed, but changed."""
    for empty in (None, ""):
        with pytest.raises(InvalidValue, match="required"):
            keep(both, "logging.level", empty)
    with pytest.raises(Conflict, match="required"):
        remove_configuration(both, "logging.level")

    assert keep(both, "logging.level", "DEBUG").value == "DEBUG"


def test_something_new_says_its_type(both):
    """A name that was mistyped makes nothing."""
    with pytest.raises(InvalidValue, match=r"nothing is kept as 'sync\.batchsize'"):
        keep(both, "sync.batchsize", 3)
    with pytest.raises(NotThere, match="batchsize") as caught:
        get_configuration(both, "sync.batchsize")
    assert "sync.batch_size" in caught.value.hint


def test_a_setting_that_is_none_is_not_kept(both):
    """A name with our prefix is a setting's, or mistyped; the near one is hinted."""
    with pytest.raises(UnknownName, match="no setting named") as caught:
        keep(both, "ENTREPOT_DOWNLOAD_COUNT", 3, data_type="integer")

    assert "ENTREPOT_DOWNLOADS_COUNT" in caught.value.hint


def test_a_type_stays(both):
    """Whoever reads the value counts on it."""
    with pytest.raises(Conflict, match="kept as integer, not as string"):
        keep(both, "sync.batch_size", "many", data_type="string")


def test_an_encrypted_value_is_nowhere_to_be_seen(both, heard):
    """Not in the database, not in a list, not in an event; the key opens it."""
    keep(both, "shop.token", "hunter2", data_type="string", is_encrypted=True)
    changed = keep(both, "shop.token", "hunter3")

    assert (changed.value, changed.has_value, changed.is_encrypted) == (
        None,
        True,
        True,
    )
    assert "hunter" not in stored(both, "shop.token")
    assert "hunter" not in repr(list_configurations(both)) + repr(heard)
    assert get_value(both, "shop.token") == "hunter3"
    told = [event for event in heard if isinstance(event, ConfigurationChanged)]
    assert [(event.old, event.new) for event in told] == [("", "***"), ("***", "***")]


def test_every_change_is_told(both, heard):
    """Old and new; passwords in addresses are masked."""
    keep(both, "a.url", "ftp://ada:hunter2@h/x", data_type="string")
    keep(both, "sync.batch_size", 7)
    remove_configuration(both, "a.url")

    assert heard == [
        ConfigurationChanged(key="a.url", old="", new="ftp://ada:***@h/x"),
        ConfigurationChanged(key="sync.batch_size", old="100", new="7"),
        ConfigurationRemoved(key="a.url", old="ftp://ada:***@h/x"),
    ]
    assert all(event.audited for event in heard)


def test_what_the_listener_refuses_is_not_done(both):
    """If the record of a change fails, the change fails."""
    from entrepot.base import events

    def refuse(_event):
        raise Conflict("the record is full")

    stop = events.listen(refuse)
    try:
        with pytest.raises(Conflict, match="record is full"):
            keep(both, "sync.batch_size", 7)
    finally:
        stop()
    assert get_value(both, "sync.batch_size") == 100


def test_a_category_is_listed_alone(both):
    """Sorted by key."""
    assert [found.key for found in list_configurations(both, "sync")] == [
        "sync.auto_sync_enabled",
        "sync.batch_size",
        "sync.retry_attempts",
    ]
    assert len(list_configurations(both)) == 14


def test_a_row_that_somebody_broke_is_shown_with_its_problem(both):
    """The others are shown as well."""
    with both.store.session() as session:
        session.execute(
            text("UPDATE configurations SET value = 'x' WHERE key = 'sync.batch_size'")
        )

    found = {line.key: line for line in list_configurations(both)}
    assert (
        found["sync.batch_size"].problem == "the value must be a whole number, not 'x'"
    )
    assert found["sync.retry_attempts"].value == 3
    with pytest.raises(InvalidValue):
        get_value(both, "sync.batch_size")


@pytest.mark.parametrize(
    ("column", "good", "bad"),
    [
        ("key", "'b'", "'sync.batch_size'"),
        ("key", "'b'", "''"),
        ("data_type", "'json'", "'date'"),
        ("is_required", "true", "NULL"),
    ],
)
def test_the_database_refuses_what_is_wrong(both, column, good, bad):
    """Plain SQL meets the same rules."""

    def insert(value):
        values = {"key": "'a'"} | {column: value}
        with both.store.session() as session:
            session.execute(
                text(
                    f"INSERT INTO configurations ({', '.join(values)}) "
                    f"VALUES ({', '.join(values.values())})"
                )
            )

    insert(good)
    with pytest.raises(IntegrityError):
        insert(bad)
