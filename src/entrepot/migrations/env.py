"""Alembic's entry: hand over the models, and run what the caller of Alembic wants."""

from alembic import context

from entrepot.migrations import import_models

given = context.config.attributes
context.configure(
    **given["place"],  # a connection; or a dialect's name, and where its SQL goes
    target_metadata=import_models().metadata,
    transaction_per_migration=False,
    render_as_batch=True,
    compare_type=True,
    compare_server_default=True,
    include_object=given.get("include_object"),
)
with context.begin_transaction():
    context.run_migrations()
