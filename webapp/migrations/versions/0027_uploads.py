"""Files that arrive in pieces."""

from __future__ import annotations

from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table of what arrives; the bytes lie beside those of other files."""
    op.execute("""
        CREATE TABLE core.upload (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            reference text NOT NULL UNIQUE,
            token_hash bytea NOT NULL CHECK (length(token_hash) = 32),
            -- A keyed hash of the sender's network, for its limits; the address itself is not kept.
            network bytea,
            subject_ref text,
            name text NOT NULL,
            size bigint NOT NULL CHECK (size > 0),
            received bigint NOT NULL DEFAULT 0 CHECK (received BETWEEN 0 AND size),
            state text NOT NULL DEFAULT 'receiving' CHECK (
                state IN ('receiving', 'judging', 'accepted', 'refused', 'quarantined', 'gone')
            ),
            verdict jsonb,
            created_at timestamptz NOT NULL,
            touched_at timestamptz NOT NULL,
            -- Null once it belongs to something that is kept.
            expires_at timestamptz,
            CHECK (state NOT IN ('accepted', 'refused', 'quarantined') OR verdict IS NOT NULL),
            CHECK (state NOT IN ('judging', 'accepted', 'quarantined') OR received = size)
        );
        CREATE INDEX upload_network ON core.upload (network, created_at) WHERE network IS NOT NULL;
        CREATE INDEX upload_expiring ON core.upload (expires_at) WHERE expires_at IS NOT NULL;
        CREATE INDEX upload_subject ON core.upload (subject_ref) WHERE subject_ref IS NOT NULL;
        GRANT SELECT, INSERT, DELETE ON core.upload TO priyom_app, priyom_free;
        GRANT UPDATE (network, subject_ref, received, state, verdict, touched_at, expires_at)
            ON core.upload TO priyom_app, priyom_free;
    """)


def downgrade() -> None:
    """Nothing is taken back: restore a backup instead."""
