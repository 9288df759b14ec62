"""The waitlist: wishes for a time, offered in turn."""

from __future__ import annotations

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the wishes and the offers made to them."""
    op.execute(_WISHES)
    op.execute(_RIGHTS)


def downgrade() -> None:
    """Nothing is taken back: restore a backup instead."""


_WISHES = """
    CREATE TABLE sessions.wish (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        reference text NOT NULL UNIQUE,
        form_key text NOT NULL UNIQUE,
        state text NOT NULL CHECK (state IN ('waiting', 'offered', 'taken', 'withdrawn', 'lapsed')),
        service_id bigint NOT NULL REFERENCES catalogue.service,
        name text,
        email text,
        locale text NOT NULL CHECK (locale IN ('ru', 'en')),
        zone text NOT NULL,
        country text NOT NULL,
        from_on date NOT NULL,
        until_on date NOT NULL,
        part text NOT NULL CHECK (part IN ('any', 'morning', 'day', 'evening')),
        passes integer NOT NULL DEFAULT 0 CHECK (passes >= 0),
        queued_at timestamptz NOT NULL,
        created_at timestamptz NOT NULL,
        ended_at timestamptz,
        link_version integer NOT NULL DEFAULT 1 CHECK (link_version > 0),
        CHECK (from_on <= until_on),
        CHECK ((state IN ('taken', 'withdrawn', 'lapsed')) = (ended_at IS NOT NULL)),
        -- Who he is may be forgotten only once nobody has to write to him any more.
        CHECK (ended_at IS NOT NULL OR (name IS NOT NULL AND email IS NOT NULL))
    );
    CREATE INDEX wish_line ON sessions.wish (service_id, queued_at, id) WHERE state = 'waiting';
    CREATE INDEX wish_email ON sessions.wish (sessions.folded_address(email))
        WHERE state IN ('waiting', 'offered');
    CREATE INDEX wish_ended ON sessions.wish (ended_at) WHERE email IS NOT NULL;

    CREATE TABLE sessions.offer (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        wish_id bigint NOT NULL REFERENCES sessions.wish,
        session_id bigint NOT NULL UNIQUE REFERENCES sessions.remote_session,
        starts_at timestamptz NOT NULL,
        ends_at timestamptz NOT NULL,
        offered_at timestamptz NOT NULL,
        answered_at timestamptz,
        ended_at timestamptz,
        outcome text CHECK (outcome IN ('taken', 'let_go', 'unanswered')),
        CHECK (starts_at < ends_at),
        CHECK ((outcome IS NULL) = (ended_at IS NULL))
    );
    CREATE INDEX offer_of ON sessions.offer (wish_id);
    -- Whatever happens, nobody in line is offered two times at once.
    CREATE UNIQUE INDEX offer_one_open ON sessions.offer (wish_id) WHERE outcome IS NULL;
"""

# The free flow has no waitlist: who serves it needs none of this.
_RIGHTS = """
    GRANT SELECT, INSERT, UPDATE ON sessions.wish, sessions.offer TO priyom_app;
"""
