"""The columns that the migrations make are those that the models describe, in one line of revisions."""

from collections.abc import Iterator
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Integer, String, create_engine

from services.core.db import Base
from tests import cluster
from webapp import models

# Procrastinate brings its own tables, Alembic its mark.
_THEIRS = ("procrastinate_", "schema_version")


# Guards, keys and indexes stand in the migrations alone: models say what is read and written.
_COLUMNS = {"add_table", "remove_table", "add_column", "remove_column", "modify_type", "modify_nullable"}


def ours(name: str | None, kind: str, _parents: object) -> bool:
    return not (kind == "table" and name is not None and name.startswith(_THEIRS))


def differ(_context: object, _theirs: object, _ours: object, made: Any, described: Any) -> bool | None:
    """Widths of numbers and texts are the migrations' business too; None asks Alembic."""
    alike = any(isinstance(made, kind) and isinstance(described, kind) for kind in (Integer, String))
    return False if alike else None


def differences(found: Any) -> Iterator[str]:
    for entry in found:
        for step in entry if isinstance(entry, list) else [entry]:
            if step[0] in _COLUMNS:
                yield " ".join(str(part) for part in step if part is not None and part != {})


def test_migrations_and_models_describe_the_same_columns(database: cluster.Database) -> None:
    assert models
    options = {"include_schemas": True, "include_name": ours, "compare_type": differ}
    engine = create_engine(database.owner_url)
    with engine.connect() as connection:
        found = compare_metadata(MigrationContext.configure(connection, opts=options), Base.metadata)
    engine.dispose()

    assert list(differences(found)) == []


def test_migrations_stand_in_one_line() -> None:
    config = Config()
    config.set_main_option("script_location", str(cluster.ROOT / "webapp" / "migrations"))
    script = ScriptDirectory.from_config(config)

    assert len(script.get_heads()) == 1
    assert len(script.get_bases()) == 1
    assert not [revision for revision in script.walk_revisions() if revision.is_branch_point]
