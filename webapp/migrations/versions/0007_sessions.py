"""Remote sessions: their seats, holders, preparation, and looks at connection IDs."""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create schema `sessions`."""
    op.execute(_SESSION)
    op.execute(_AROUND)
    op.execute(_RIGHTS)


def downgrade() -> None:
    """Nothing is taken back: restore a backup instead."""


_SESSION = """
    CREATE SCHEMA sessions;
    GRANT USAGE ON SCHEMA sessions TO priyom_app, priyom_free;

    CREATE TABLE sessions.remote_session (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        reference text NOT NULL UNIQUE,
        basis text NOT NULL CHECK (basis IN ('order', 'support', 'contract')),
        state text NOT NULL CHECK (state IN (
            'held', 'booked', 'in_progress', 'delivered', 'expired', 'cancelled', 'missed'
        )),
        service_id bigint NOT NULL REFERENCES catalogue.service,
        service jsonb NOT NULL,
        person_id bigint REFERENCES people.person,
        organisation_id bigint REFERENCES people.organisation,
        product_id bigint REFERENCES catalogue.product,
        starts_at timestamptz NOT NULL CHECK (scheduling.whole_minute(starts_at)),
        ends_at timestamptz NOT NULL CHECK (scheduling.whole_minute(ends_at)),
        promised_wall timestamp NOT NULL,
        promised_zone text NOT NULL,
        held_until timestamptz,
        situation text NOT NULL DEFAULT '',
        description text NOT NULL DEFAULT '',
        project text NOT NULL DEFAULT '',
        chosen_at timestamptz NOT NULL,
        booked_at timestamptz,
        ended_by text CHECK (ended_by IN ('customer', 'vendor', 'system')),
        ended_at timestamptz,
        link_version integer NOT NULL DEFAULT 1 CHECK (link_version > 0),
        CHECK (starts_at < ends_at),
        CHECK (state <> 'held' OR held_until IS NOT NULL),
        CHECK (state NOT IN ('booked', 'in_progress', 'delivered', 'missed')
            OR (person_id IS NOT NULL AND booked_at IS NOT NULL)),
        CHECK ((state IN ('expired', 'cancelled', 'delivered', 'missed')) = (ended_at IS NOT NULL)),
        CHECK (state <> 'cancelled' OR ended_by IS NOT NULL)
    );
    CREATE INDEX remote_session_starts ON sessions.remote_session (starts_at);
    CREATE INDEX remote_session_held ON sessions.remote_session (held_until) WHERE state = 'held';
    CREATE INDEX remote_session_person ON sessions.remote_session (person_id);
    CREATE INDEX remote_session_organisation ON sessions.remote_session (organisation_id)
        WHERE organisation_id IS NOT NULL;

    -- Why a session exists decides whether it may ever be charged: that is written once.
    CREATE FUNCTION sessions.keep_basis() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'the basis of a session never changes' USING ERRCODE = 'check_violation';
    END $$;
    CREATE TRIGGER keep_basis BEFORE UPDATE ON sessions.remote_session FOR EACH ROW
        WHEN (OLD.basis <> NEW.basis) EXECUTE FUNCTION sessions.keep_basis();
"""

_AROUND = """
    CREATE TABLE sessions.seat (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        session_id bigint NOT NULL REFERENCES sessions.remote_session,
        occupancy_id bigint NOT NULL UNIQUE REFERENCES scheduling.occupancy,
        lead boolean NOT NULL DEFAULT true,
        left_at timestamptz
    );
    CREATE INDEX seat_of ON sessions.seat (session_id);
    CREATE UNIQUE INDEX seat_one_lead ON sessions.seat (session_id)
        WHERE lead AND left_at IS NULL;

    CREATE TABLE sessions.holder (
        session_id bigint PRIMARY KEY REFERENCES sessions.remote_session,
        token_hash bytea NOT NULL,
        address text,
        held_at timestamptz NOT NULL
    );
    CREATE INDEX holder_browser ON sessions.holder (token_hash, held_at DESC);
    CREATE INDEX holder_address ON sessions.holder (address, held_at DESC) WHERE address IS NOT NULL;

    CREATE TABLE sessions.preparation (
        session_id bigint PRIMARY KEY REFERENCES sessions.remote_session,
        checklist jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(checklist) = 'object'),
        tool_slug text,
        connection_id_enc bytea,
        wipe_at timestamptz,
        consent_version_id bigint REFERENCES documents.version,
        changed_at timestamptz NOT NULL,
        CHECK ((connection_id_enc IS NULL) = (wipe_at IS NULL))
    );

    CREATE TABLE sessions.look (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        session_id bigint NOT NULL REFERENCES sessions.remote_session,
        person_id bigint NOT NULL REFERENCES people.person,
        at timestamptz NOT NULL
    );
    CREATE INDEX look_of ON sessions.look (session_id);
    CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON sessions.look
        FOR EACH ROW EXECUTE FUNCTION core.refuse_change();
    CREATE TRIGGER never_emptied BEFORE TRUNCATE ON sessions.look
        FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();
"""

_RIGHTS = """
    GRANT SELECT, INSERT, UPDATE ON sessions.remote_session, sessions.seat, sessions.holder,
        sessions.preparation TO priyom_app;
    GRANT SELECT, INSERT ON sessions.look TO priyom_app;

    -- The free flow has sessions as well, on the basis of support.
    GRANT SELECT, INSERT, UPDATE ON sessions.remote_session, sessions.seat, sessions.holder,
        sessions.preparation TO priyom_free;
    GRANT SELECT, INSERT ON sessions.look TO priyom_free;
"""
