"""Promised wall times that a change of zone data has moved."""

from __future__ import annotations

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make room for promises that the clock no longer keeps."""
    op.execute(_MOVED)


def downgrade() -> None:
    """Nothing is taken back: restore a backup instead."""


_MOVED = """
    -- A row stands for a difference that exists; where the promise holds again, it goes.
    CREATE TABLE sessions.moved_promise (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        session_id bigint NOT NULL REFERENCES sessions.remote_session,
        zone text NOT NULL,
        promised_wall timestamp NOT NULL,
        shows_wall timestamp NOT NULL CHECK (shows_wall <> promised_wall),
        zone_data text NOT NULL,
        noted_at timestamptz NOT NULL,
        settled_at timestamptz,
        UNIQUE (session_id, zone, promised_wall, shows_wall)
    );
    CREATE INDEX moved_promise_open ON sessions.moved_promise (session_id) WHERE settled_at IS NULL;

    GRANT SELECT, INSERT, UPDATE, DELETE ON sessions.moved_promise TO priyom_app;
"""
