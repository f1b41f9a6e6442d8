"""What Alembic runs: the migrations, on the connection and in the transaction that the store hands over."""

from __future__ import annotations

from alembic import context

from rig.store.tables import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA, render_as_batch=True)
context.run_migrations()
