"""Alembic's environment: migrations run as the owner role, each in its own transaction."""

from __future__ import annotations

from alembic import context
from sqlalchemy import create_engine, pool

from webapp.models import Base


def run() -> None:
    """Run the asked-for migrations on the URL that `webapp.database.migrate` has set."""
    url = context.config.attributes["url"]
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://", 1), poolclass=pool.NullPool)
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            include_schemas=True,
            transaction_per_migration=True,
            version_table="schema_version",
        )
        with context.begin_transaction():
            context.run_migrations()


run()
