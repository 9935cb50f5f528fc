"""Alembic's entry: run the steps on the connection that `upgrade` hands over."""

from alembic import context

from entrepot.migrations import import_models

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=import_models().metadata,
    transaction_per_migration=False,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
