"""What migrations may lose, found by reading their steps without running them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from alembic.operations import BatchOperations, Operations, ops
from alembic.runtime.migration import MigrationContext
from sqlalchemy import BigInteger, Dialect, Integer, SmallInteger, String
from sqlalchemy.types import to_instance

from entrepot.operations.migrations.files import Step

if TYPE_CHECKING:
    from entrepot.operations.migrations.steps import History

_LOSING = re.compile(
    r"\s*(DELETE\b|TRUNCATE\b|DO\b|WITH\b.*\bDELETE\s+FROM\b|"
    r"DROP\s+(TABLE|SCHEMA|DATABASE|VIEW|MATERIALIZED)\b|"
    r"ALTER\s+TABLE\b.*\bDROP\s+(?!CONSTRAINT|DEFAULT|NOT))",
    re.IGNORECASE | re.DOTALL,
)
_DEFINES = re.compile(r"\s*CREATE\s+(\w+\s+){0,3}TRIGGER\b", re.IGNORECASE)
_TEXT = re.compile(r"(\$\w*\$).*?\1|'(?:[^']|'')*'", re.DOTALL)
_WIDTH: dict[type, int] = {SmallInteger: 2, BigInteger: 8}
_COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)


def losses_of(
    history: History, steps: list[Step], dialect: Dialect, *, down: bool = False
) -> list[str]:
    """Return what the steps may lose, a sentence each, in order."""
    return [
        f"{step.version} {loss}"
        for step in steps
        for loss in _losses(history.module(step), dialect, down=down)
    ]


def _losses(module: Any, dialect: Dialect, *, down: bool) -> Iterator[str]:
    seen: list[ops.MigrateOperation | str] = []
    try:
        with _listening(dialect, seen):
            module.downgrade() if down else module.upgrade()
    except Exception as error:  # noqa: BLE001  # it may want anything of a database
        yield f"does what only running it shows ({type(error).__name__})"
    for operation in seen:
        yield from _loss(operation)


def _loss(operation: ops.MigrateOperation | str) -> Iterator[str]:
    if isinstance(operation, str):
        bare = _TEXT.sub("''", _COMMENT.sub(" ", operation))
        parts = [] if _DEFINES.match(bare) else bare.split(";")
        if any(_LOSING.match(part) for part in parts):
            yield f"runs {' '.join(operation.split())[:100]}"
    elif isinstance(operation, ops.DropTableOp):
        yield f"drops the table {operation.table_name}"
    elif isinstance(operation, ops.DropColumnOp):
        yield f"drops the column {operation.table_name}.{operation.column_name}"
    elif isinstance(operation, ops.AddColumnOp):
        column = operation.column
        if not column.nullable and column.server_default is None:
            yield f"adds {operation.table_name}.{column.name} NOT NULL with no default"
    elif isinstance(operation, ops.AlterColumnOp):
        yield from _change(operation)


def _change(operation: ops.AlterColumnOp) -> Iterator[str]:
    name = f"{operation.table_name}.{operation.column_name}"
    if operation.modify_type is not None:
        old = operation.existing_type and to_instance(operation.existing_type)
        new = to_instance(operation.modify_type)
        if _is_narrower(old, new):
            yield f"makes {name} {new}, which old values may not fit"
    if operation.modify_nullable is False and not operation.modify_server_default:
        yield f"makes {name} NOT NULL with no default"


def _is_narrower(old: Any, new: Any) -> bool:
    if isinstance(old, String) and isinstance(new, String):
        return bool(new.length) and (old.length or 1 << 30) > (new.length or 0)
    if isinstance(old, Integer) and isinstance(new, Integer):
        return _WIDTH.get(type(new), 4) < _WIDTH.get(type(old), 4)
    return type(old) is not type(new) or repr(old) != repr(new)


@contextmanager
def _listening(dialect: Dialect, seen: list[Any]) -> Iterator[None]:
    """Let `alembic.op` keep what it is asked for instead of doing it."""
    context = MigrationContext.configure(dialect=dialect)

    def invoke(operation: ops.MigrateOperation) -> Any:
        _keep(seen, operation)
        if isinstance(operation, ops.CreateTableOp):
            return operation.to_table(context)
        return None

    @contextmanager
    def batch_alter_table(
        table_name: str, schema: str | None = None, *_: Any, **__: Any
    ) -> Iterator[BatchOperations]:
        impl: Any = SimpleNamespace(table_name=table_name, schema=schema)
        yield _BatchRecorder(context, impl, seen)

    with Operations.context(context) as op:
        op.__dict__.update(
            invoke=invoke,
            get_bind=lambda: _Ear(seen, dialect),
            batch_alter_table=batch_alter_table,
        )
        yield


class _BatchRecorder(BatchOperations):
    def __init__(self, context: MigrationContext, impl: Any, seen: list[Any]) -> None:
        super().__init__(context, impl=impl)
        self.seen = seen

    def invoke(self, operation: ops.MigrateOperation) -> Any:
        _keep(self.seen, operation)


def _keep(seen: list[Any], operation: ops.MigrateOperation) -> None:
    is_sql = isinstance(operation, ops.ExecuteSQLOp)
    seen.append(str(operation.sqltext) if is_sql else operation)  # type: ignore[attr-defined]  # it is SQL


class _Ear:
    """A connection that only listens."""

    def __init__(self, seen: list[Any], dialect: Dialect) -> None:
        self._seen = seen
        self.dialect = dialect

    def execute(self, statement: object, *_: object, **__: object) -> _Silence:
        """Keep the statement."""
        self._seen.append(str(statement))
        return _Silence()

    scalars = scalar = exec_driver_sql = execute


class _Silence:
    """The answer of a connection that only listens: no rows."""

    rowcount = 0

    def all(self) -> list[Any]:
        """Give no rows."""
        return []

    fetchall = all

    def first(self) -> None:
        """Give none."""

    scalar = scalar_one_or_none = one_or_none = fetchone = first

    def __iter__(self) -> Iterator[Any]:
        return iter(())

    def mappings(self) -> _Silence:
        """Give no rows."""
        return self

    scalars = mappings
