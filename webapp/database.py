"""Bringing a database to the newest migration."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config


def migrate(owner_url: str) -> None:
    """Run all missing migrations on the database at `owner_url`, as the role in it.

    The roles must exist already (`services.core.roles.prepare`).
    """
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["url"] = owner_url
    command.upgrade(config, "head")
