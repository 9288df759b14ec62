"""Remote sessions: from a held time to a report."""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create schema `sessions`."""
    op.execute("""
        CREATE SCHEMA sessions;
        GRANT USAGE ON SCHEMA sessions TO priyom_app, priyom_free;

        CREATE TABLE sessions.remote_session (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            reference text NOT NULL UNIQUE,
            basis text NOT NULL CHECK (basis IN ('order', 'support', 'contract')),
            service_id bigint NOT NULL REFERENCES catalogue.service,
            -- Name, minutes and buffers as they were when the time was chosen.
            service jsonb NOT NULL,
            state text NOT NULL CHECK (state IN
                ('held', 'booked', 'in_progress', 'delivered', 'expired', 'cancelled', 'missed')),
            ended_by text CHECK (ended_by IN ('customer', 'vendor', 'system')),
            person_id bigint REFERENCES people.person,
            organisation_id bigint REFERENCES people.organisation,
            product_id bigint REFERENCES catalogue.product,
            situation text CHECK (situation IN ('nothing_works', 'works_wrong', 'set_up', 'unknown')),
            description text NOT NULL DEFAULT '',
            project text NOT NULL DEFAULT '',
            starts_at timestamptz NOT NULL,
            ends_at timestamptz NOT NULL,
            -- What the customer was promised on his own clock, whatever becomes of zone laws.
            promised_wall text NOT NULL,
            promised_zone text NOT NULL,
            link_version integer NOT NULL DEFAULT 1,
            chosen_at timestamptz NOT NULL,
            booked_at timestamptz,
            ended_at timestamptz,
            CHECK (ends_at > starts_at),
            CHECK (state IN ('held', 'expired', 'cancelled') OR booked_at IS NOT NULL)
        );
        CREATE INDEX remote_session_by_start ON sessions.remote_session (starts_at, id);

        CREATE TABLE sessions.seat (
            session_id bigint NOT NULL REFERENCES sessions.remote_session,
            occupancy_id bigint NOT NULL UNIQUE REFERENCES scheduling.occupancy,
            lead boolean NOT NULL,
            PRIMARY KEY (session_id, occupancy_id)
        );

        CREATE TABLE sessions.holder (
            session_id bigint PRIMARY KEY REFERENCES sessions.remote_session,
            token_hash bytea NOT NULL,
            address text NOT NULL
        );
        CREATE INDEX holder_token ON sessions.holder (token_hash);

        CREATE TABLE sessions.preparation (
            session_id bigint PRIMARY KEY REFERENCES sessions.remote_session,
            tool_slug text,
            connection_id_enc bytea,
            wipe_at timestamptz,
            checklist text[] NOT NULL DEFAULT '{}',
            consent_version_id bigint REFERENCES documents.version
        );
        CREATE INDEX preparation_to_wipe ON sessions.preparation (wipe_at)
            WHERE connection_id_enc IS NOT NULL;

        CREATE TABLE sessions.look (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            session_id bigint NOT NULL REFERENCES sessions.remote_session,
            actor text NOT NULL,
            at timestamptz NOT NULL
        );
        CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON sessions.look
            FOR EACH ROW EXECUTE FUNCTION core.refuse_change();

        GRANT SELECT, INSERT, UPDATE ON sessions.remote_session, sessions.holder,
            sessions.preparation TO priyom_app, priyom_free;
        GRANT SELECT, INSERT, DELETE ON sessions.seat TO priyom_app, priyom_free;
        GRANT DELETE ON sessions.holder TO priyom_app, priyom_free;
        GRANT SELECT, INSERT ON sessions.look TO priyom_app, priyom_free;
    """)


def downgrade() -> None:
    """Nothing is taken back: restore a backup instead."""
