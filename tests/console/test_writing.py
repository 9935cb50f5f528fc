"""Write mode: off, for admins, previewed, once, recorded."""

from __future__ import annotations

from shutil import copyfile

import pytest
from tests.connections.shops import new_shop

from entrepot.base.errors import Denied, Refused
from entrepot.composition import build_house
from entrepot.connections import add_connection, remove_connection
from entrepot.console.errors import PreviewGone, WritingIsOff
from entrepot.console.spec import Wanted
from entrepot.console.statements import without_passwords
from entrepot.console.writing import apply, preview

DELETE = Wanted(sql="DELETE FROM item WHERE id > ?", params=[2_990])


@pytest.fixture
def writing(shop, house, environ):
    """A house beside the first, where admins may write."""
    other = build_house({**environ, "ENTREPOT_CONSOLE_WRITE": "true"})
    yield other
    other.close()


def count(shop):
    """Return how many items there are."""
    asked = {"query": "SELECT count(*) AS n FROM item"}
    return shop.post("/api/sql/execute", json=asked).json["data"]["rows"][0]["n"]


def test_writing_is_off_and_for_admins(house, writing, anna, admin):
    """Off: nobody. On: no analyst."""
    assert preview(writing, admin, DELETE).rows == 10

    with pytest.raises(WritingIsOff):
        preview(house, admin, DELETE)
    with pytest.raises(Denied, match="only admins"):
        preview(writing, anna, DELETE)


def test_a_preview_changes_nothing(writing, shop, admin):
    """It tells the table and the rows, and undoes them."""
    told = preview(writing, admin, DELETE)

    assert (told.table, told.rows, told.statement) == (
        "main.item",
        10,
        "DELETE FROM",
    )
    assert told.commits_by_itself is False
    assert count(shop) == 3_000


def test_what_was_previewed_runs_once(writing, shop, admin, heard):
    """It is recorded before and after; its token is used up then."""
    token = preview(writing, admin, DELETE).token

    done = apply(writing, admin, DELETE, token)

    assert (done.change.rows, done.change.is_kept) == (10, True)
    assert count(shop) == 2_990
    told = [e for e in heard if type(e).__name__.startswith("DataChange")]
    assert [(type(e).__name__, e.audited) for e in told] == [
        ("DataChangeBegun", True),
        ("DataChanged", True),
    ]
    with pytest.raises(PreviewGone, match="used before"):
        apply(writing, admin, DELETE, token)
    assert count(shop) == 2_990


def test_a_token_is_of_one_statement_and_one_person(writing, shop, admin, ben):
    """Other values, other words and other people need a preview of their own."""
    from dataclasses import replace

    token = preview(writing, admin, DELETE).token

    others = replace(DELETE, params=[0]), replace(DELETE, sql="DELETE FROM item")
    for wanted in others:
        with pytest.raises(PreviewGone, match="another statement"):
            apply(writing, admin, wanted, token)
    with pytest.raises(PreviewGone, match="somebody else"):
        apply(writing, replace(ben, role="admin"), DELETE, token)
    with pytest.raises(PreviewGone, match="no token"):
        apply(writing, admin, DELETE, token[:-4] + "AAAA")
    assert count(shop) == 3_000


def test_a_token_is_of_one_database(writing, house, shop, admin, tmp_path):
    """Not of whatever its connection's name comes to stand for."""
    token = preview(writing, admin, DELETE).token
    other = tmp_path / "home" / "other.db"
    copyfile(tmp_path / "home" / "shop.db", other)
    remove_connection(house, "shop", by="test")
    add_connection(house, name="shop", url=f"sqlite:///{other}", by="test")

    with pytest.raises(PreviewGone, match="another connection"):
        apply(writing, admin, DELETE, token)
    assert count(shop) == 3_000


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("ALTER USER a IDENTIFIED BY 'x'", "ALTER USER a IDENTIFIED …"),
        ('CREATE USER a PASSWORD "X"', "CREATE USER a PASSWORD …"),
        ("UPDATE t SET a = 'password'", "UPDATE t SET a = 'password'"),
    ],
)
def test_the_record_of_a_change_has_no_password(sql, told):
    """Those who read the record are not those who gave it."""
    assert without_passwords(sql, "mariadb") == told


def test_a_change_needs_a_preview(ask):
    """403, whoever asks, and the rows are there."""
    asked = {"query": "DELETE FROM item", "allow_write": True}

    assert ask("execute", **asked)[0] == 403
    assert ask("execute", **asked, token="x")[0] == 403
    assert ask("preview", query="DELETE FROM item")[1]["code"] == "writing-is-off"


def test_a_login_that_is_refused_is_no_statement_that_commits(
    house, writing, admin, postgresql
):
    """A definition that the database does not let in is an error, and no preview."""
    url = postgresql.url("nobody", "wrong", "postgres")
    add_connection(house, name="closed", url=url, test=False)
    wanted = Wanted(sql="DROP TABLE item", connection="closed")

    with pytest.raises(Refused, match="does not let us in"):
        preview(writing, admin, wanted)


def test_what_can_neither_be_undone_nor_kept_has_no_token(
    house, writing, admin, postgresql
):
    """VACUUM is refused at once, instead of after somebody has agreed to it."""
    with new_shop(postgresql) as target:
        add_connection(house, name="there", url=target.url)
        made = Wanted(sql="CREATE TABLE a (b int)", connection="there")
        assert preview(writing, admin, made).commits_by_itself is False

        with pytest.raises(Refused, match="cannot run inside a transaction block"):
            preview(writing, admin, Wanted(sql="VACUUM", connection="there"))
