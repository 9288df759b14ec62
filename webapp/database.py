"""Bringing a database to the newest migration."""

from __future__ import annotations

from pathlib import Path

import psycopg
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory


def migrate(owner_url: str) -> None:
    """Run all missing migrations on the database at `owner_url`, as the role in it.

    The roles must exist already (`services.core.roles.prepare`).
    """
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["url"] = owner_url
    # Alembic's environment imports every model; a restart without news needs none of them.
    if _revision(owner_url) != ScriptDirectory.from_config(config).get_current_head():
        command.upgrade(config, "head")


def _revision(owner_url: str) -> str | None:
    with psycopg.connect(owner_url) as connection:
        if connection.execute("SELECT to_regclass('schema_version')").fetchone() == (None,):
            return None
        row = connection.execute("SELECT version_num FROM schema_version").fetchone()
    return row[0] if row else None
