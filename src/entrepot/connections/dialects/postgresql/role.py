"""What a PostgreSQL role could do that a reader should not be able to."""

from __future__ import annotations

import psycopg

from entrepot.base.errors import Denied
from entrepot.connections.spec import Target

# Being a member is enough: a member can become the role by one function call.
UNSAFE = """
SELECT CASE WHEN rolsuper THEN 'a superuser' ELSE rolname END
FROM pg_roles
WHERE (rolsuper OR rolname IN ('pg_read_server_files', 'pg_write_server_files',
                               'pg_execute_server_program'))
  AND pg_has_role(current_user, oid, 'MEMBER')
UNION
SELECT 'allowed to call ' || p.oid::regprocedure
FROM pg_proc p
WHERE p.pronamespace = 'pg_catalog'::regnamespace
  AND p.proname IN ('pg_read_file', 'pg_read_binary_file', 'lo_import', 'lo_export')
  AND has_function_privilege(p.oid, 'EXECUTE')
ORDER BY 1
"""
ATTRIBUTES = """
SELECT a.name, quote_ident(r.rolname)
FROM pg_roles r, LATERAL (VALUES
    ('CREATEROLE', r.rolcreaterole), ('CREATEDB', r.rolcreatedb),
    ('REPLICATION', r.rolreplication), ('BYPASSRLS', r.rolbypassrls)) AS a (name, has)
WHERE r.rolname = current_user AND a.has
"""

# READ ONLY does not stop these: they touch no table.
FUNCTIONS = """
SELECT p.oid::regprocedure::text
FROM pg_proc p
WHERE p.proname ~ '^(pg_(try_)?advisory_(xact_)?lock|pg_cancel_backend'
                  '|pg_terminate_backend|lo_creat|dblink_connect|dblink_exec)'
  AND has_function_privilege(p.oid, 'EXECUTE')
ORDER BY 1
"""

# These run with their owner's rights, who may have more than to read.
ELEVATED = """
SELECT p.oid::regprocedure::text, pg_get_userbyid(p.proowner), (
    SELECT string_agg(DISTINCT CASE WHEN a.grantee = 0 THEN 'PUBLIC'
        ELSE quote_ident(pg_get_userbyid(a.grantee)) END, ', ')
    FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
    WHERE a.privilege_type = 'EXECUTE'
      AND (a.grantee = 0 OR pg_has_role(current_user, a.grantee, 'USAGE')))
FROM pg_proc p
WHERE p.prosecdef AND p.proowner <> current_user::regrole
  AND has_function_privilege(p.oid, 'EXECUTE')
  AND has_schema_privilege(p.pronamespace, 'USAGE')
ORDER BY 1
LIMIT 100
"""


def check_role(connection: psycopg.Connection, target: Target) -> tuple[str, ...]:
    """Return what the role may do beside reading, each with its remedy.

    Raises:
        Denied: It could read files or run programs, and the target does not allow it.
    """
    unsafe = [row[0] for row in connection.execute(UNSAFE)]
    if unsafe and not target.allow_unsafe_role:
        raise Denied(
            f"the role of {target.name!r} may do harm: it is {', '.join(unsafe)}",
            hint="use a role that can only SELECT, or register it with "
            "allow_unsafe_role",
        )
    warnings = [f"the role is {what}: use one that can only SELECT" for what in unsafe]
    for name, role in connection.execute(ATTRIBUTES):
        warnings.append(f"the role has {name}: ALTER ROLE {role} NO{name}")
    for (function,) in connection.execute(FUNCTIONS):
        remedy = f"REVOKE EXECUTE ON FUNCTION {function} FROM PUBLIC"
        warnings.append(f"the role may call {function}: {remedy}")
    for routine, owner, grantees in connection.execute(ELEVATED):
        remedy = f"REVOKE EXECUTE ON ROUTINE {routine} FROM {grantees or 'PUBLIC'}"
        warnings.append(
            f"the role may call {routine}, which runs with the rights of {owner}: "
            f"{remedy}"
        )
    return tuple(warnings)
