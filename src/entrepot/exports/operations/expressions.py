"""Which SQL expressions may derive a column: scalar ones over the row's columns."""

from __future__ import annotations

from collections.abc import Mapping

from entrepot.base.errors import Invalid, UnknownName

_FUNCTIONS = """
    abs ceil ceiling floor round trunc sign sqrt exp ln log log10 log2 power pow mod
    greatest least coalesce ifnull nullif if case cast try_cast and or not xor
    lower upper trim ltrim rtrim length len char_length strlen reverse left right
    substring substr replace concat concat_ws split_part strpos position instr
    str_position starts_with startswith ends_with endswith suffix prefix contains
    regexp_matches regexp_like regexp_replace regexp_extract regexp_full_match
    translate ascii chr initcap
    year month day hour minute second quarter week dayofweek dayofyear isodow
    extract date_part datepart date_trunc timestamp_trunc date_diff datediff
    date_add date_sub last_day strftime time_to_str strptime str_to_time
    try_strptime make_date make_timestamp date timestamp ts_or_ds_to_date
    date_from_parts timestamp_from_parts day_of_week day_of_month day_of_year
    week_of_year ts_or_ds_add ts_or_ds_diff ts_or_ds_to_timestamp
    hash md5 sha256 dpipe safe_dpipe is_nan isnan is_inf isinf isfinite
"""
FUNCTIONS = frozenset(_FUNCTIONS.split())
"""Functions of the row alone whose result is not much larger than what they get."""

_NODES = """
    Column Identifier Literal Null Boolean Paren Neg Not And Or Xor
    Add Sub Mul Div IntDiv Mod DPipe EQ NEQ LT LTE GT GTE Is Between In
    Like ILike NullSafeEQ NullSafeNEQ Case If Cast TryCast DataType DataTypeParam
    Coalesce Nullif Var Interval IntervalSpan Anonymous Tuple Escape
"""
NODES = frozenset(_NODES.split())

_TYPES = """
    tinyint smallint int integer bigint int128 hugeint float double decimal boolean
    varchar text date time timestamp timestamptz
"""
TYPES = frozenset(_TYPES.split())


def expression_sql(expression: str, keys: Mapping[str, str]) -> str:
    """Return the expression with each column's name replaced by its key.

    Args:
        keys: By name. A name in another case is taken if only one column has it.

    Raises:
        Invalid: It is not one scalar expression, or uses what is not known.
        UnknownName: It names a column that is not there.
    """
    import sqlglot
    from sqlglot import exp
    from sqlglot.errors import SqlglotError

    try:
        trees = sqlglot.parse(f"SELECT {expression}", dialect="duckdb")
    except (SqlglotError, RecursionError) as error:
        raise Invalid("it cannot be read as an expression") from error
    tree = trees[0] if len(trees) == 1 else None
    if not isinstance(tree, exp.Select) or len(tree.expressions) != 1:
        raise Invalid("one expression is wanted")
    if any(value for name, value in tree.args.items() if name != "expressions"):
        raise Invalid("an expression is wanted, not a query")
    wrapped = exp.Paren(this=tree.expressions[0])
    try:
        for node in list(wrapped.walk()):
            _check(node)
        for column in list(wrapped.find_all(exp.Column)):
            name = column.this.name
            column.replace(exp.column(_key(name, keys), quoted=True))
        return wrapped.sql(dialect="duckdb", comments=False)
    except (SqlglotError, RecursionError) as error:
        raise Invalid("it is too deep") from error


def _check(node: object) -> None:
    from sqlglot import exp

    name = type(node).__name__
    if isinstance(node, exp.Column):
        if set(k for k, v in node.args.items() if v) - {"this"}:
            raise Invalid(f"{node.sql()}: a column is named alone, without a table")
        if not isinstance(node.this, exp.Identifier):
            raise Invalid(f"{node.sql()} is no column")
    elif isinstance(node, exp.DataType):
        if node.this.value.lower() not in TYPES or node.args.get("nested"):
            raise Invalid(f"the type {node.sql(dialect='duckdb')} is not known here")
    elif isinstance(node, exp.AggFunc):
        raise Invalid(f"{_name(node)} works on many rows", hint="`group` does that")
    elif isinstance(node, exp.Func) and name not in NODES - {"Anonymous"}:
        if _name(node) not in FUNCTIONS:
            raise UnknownName("function", _name(node), FUNCTIONS)
    elif name not in NODES:
        raise Invalid(f"{name.lower()} is not allowed in an expression")


def _name(function: object) -> str:
    from sqlglot import exp

    if isinstance(function, exp.Anonymous):
        return function.name.lower()
    assert isinstance(function, exp.Func)
    return function.sql_name().lower()


def _key(name: str, keys: Mapping[str, str]) -> str:
    if name in keys:
        return keys[name]
    alike = [key for known, key in keys.items() if known.lower() == name.lower()]
    if len(alike) != 1:
        raise UnknownName("column", name, list(keys))
    return alike[0]
