"""MariaDB's SQL with `?` in place of values."""

from __future__ import annotations

from sqlalchemy.dialects.mysql.base import MySQLCompiler, MySQLDialect
from sqlalchemy.sql import operators
from sqlalchemy.sql.elements import UnaryExpression


class _Compiler(MySQLCompiler):
    def visit_nulls_last_op_unary_modifier(
        self, element: UnaryExpression[object], operator: object, **options: object
    ) -> str:
        """Write NULLS LAST, which MariaDB lacks: descending they are last anyway."""
        ordered = element.element
        text = str(self.process(ordered, **options))
        is_unary = isinstance(ordered, UnaryExpression)
        if is_unary and ordered.modifier is operators.desc_op:
            return text
        bare = ordered.element if is_unary else ordered
        return f"{self.process(bare, **options)} IS NULL, {text}"


class MariaDBSql(MySQLDialect):
    """Compiles statements; it never connects."""

    statement_compiler = _Compiler
    supports_statement_cache = False

    def __init__(self) -> None:
        super().__init__(paramstyle="qmark")
