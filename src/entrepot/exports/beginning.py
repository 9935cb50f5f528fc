"""What is remembered and told when an export begins."""

from __future__ import annotations

import uuid

from entrepot.base.times import now
from entrepot.exports.events import ExportStarted
from entrepot.exports.plan import FilePlan
from entrepot.exports.receipts import Receipt

SQL_CHARACTERS = 2_000
"""So much of a person's statement is told; its hash tells whether it was another."""


def new_receipt(plan: FilePlan, by: str, id: str = "") -> Receipt:
    """Return the receipt of an export that begins now."""
    facts = plan.facts
    guess = facts.estimated_rows
    return Receipt(
        id=id or uuid.uuid4().hex,
        status="running",
        title=plan.title,
        connection=facts.connection,
        schema=facts.schema,
        table=facts.table,
        sql_sha256=facts.sql_sha256,
        format=plan.format,
        options=plan.options,
        file_name=plan.file_name,
        started_at=now(),
        created_by=by,
        template=plan.template or None,
        template_version=plan.template_version,
        expected_rows=facts.expected_rows,
        measures={} if guess is None else {"estimated_rows": guess},
    )


def started_event(receipt: Receipt, plan: FilePlan) -> ExportStarted:
    """Return what is told of it."""
    return ExportStarted(
        id=receipt.id,
        format=receipt.format,
        options=receipt.options,
        title=receipt.title,
        connection=receipt.connection,
        sql_sha256=receipt.sql_sha256,
        sql=plan.facts.sql[:SQL_CHARACTERS],
        by=receipt.created_by,
    )
