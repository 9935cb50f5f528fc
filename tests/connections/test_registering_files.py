"""Registering DuckDB's files, and folders of Parquet and CSV."""

import duckdb
import pytest

from entrepot import connections
from entrepot.connections import OutsideRoots, add_connection, open_database


@pytest.fixture
def lamps(folder):
    """The same two rows as `lamps.duckdb`, `lamps/lamp.parquet`, `lines/lamp.csv`."""
    for name in ("lamps", "lines"):
        (folder / name).mkdir()
    with duckdb.connect(str(folder / "lamps.duckdb")) as connection:
        connection.execute("CREATE TABLE lamp AS SELECT 'desk' AS name, 7 AS price")
        connection.execute("COPY lamp TO 'lamps/lamp.parquet' (FORMAT parquet)")
        connection.execute("COPY lamp TO 'lines/lamp.csv' (HEADER)")
    return folder


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("duckdb:///lamps.duckdb", "duckdb:///{}/lamps.duckdb"),
        ("lamps.duckdb", "duckdb:///{}/lamps.duckdb"),
        ("parquet:lamps", "parquet:///{}/lamps"),
        ("parquet:///lamps", "parquet:///{}/lamps"),
        ("csv:./lines", "csv:///{}/lines"),
    ],
)
def test_files_and_folders_open(house, lamps, url, kept):
    """Each is kept absolute under its own scheme, and has the table."""
    added = add_connection(house, name="lamps", url=url)

    assert (added.dialect, added.shown_url) == ("duckdb", kept.format(lamps))
    database = open_database(house, "lamps")
    [schema] = [s.name for s in database.list_schemas()]
    assert [t.name for t in database.list_tables(schema)] == ["lamp"]


def test_a_folder_elsewhere_is_denied(house, lamps, tmp_path):
    """The allowed folders hold for folders as for files."""
    (tmp_path / "elsewhere").mkdir()

    with pytest.raises(OutsideRoots):
        connections.try_url(house, url=f"parquet:{tmp_path / 'elsewhere'}")
