"""Alembic's entry: runs the migrations on the connection that the store hands over."""

from alembic import context

from sync.store.job_tables import job

context.configure(
    connection=context.config.attributes["connection"], target_metadata=job.metadata, render_as_batch=True
)
with context.begin_transaction():
    context.run_migrations()
