"""Alembic's entry: migrates over the connection that `open_store` hands in, inside its transaction."""

from alembic import context

from linkloop.store.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, transactional_ddl=False)
context.run_migrations()
