"""Attacks run with every parser of SQL switched off: the databases are the wall."""

import os
import shutil
import sys
import tempfile
from pathlib import Path

import pytest

PARSERS = ("sqlglot", "sqlparse", "pglast", "pg_query", "sqlfluff")


@pytest.fixture(scope="module")
def unparsed():
    """Make the import of any parser fail for as long as a module's tests run."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [m for m in sys.modules if m.partition(".")[0] in PARSERS]:
            patch.delitem(sys.modules, name)
        for name in PARSERS:
            patch.setitem(sys.modules, name, None)
        yield


@pytest.fixture(scope="module")
def open_folder():
    """A folder in which servers can write that run as somebody else.

    Nobody else may look into the folders that pytest makes.
    """
    folder = Path(tempfile.mkdtemp(prefix="entrepot-hostile-"))
    os.chmod(folder, 0o777)
    yield folder
    shutil.rmtree(folder)
