"""Runs the migrations on the connection it is given by app.commands.database, inside its transaction: all of them or none."""

from alembic import context

from app.models import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, render_as_batch=True, compare_type=True)
context.run_migrations()
