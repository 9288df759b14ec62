"""The ground: settings, audit, outbox, stored files, jobs, and what each role may do."""

from __future__ import annotations

from alembic import op
from procrastinate.schema import SchemaManager

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create schema `core` and the job tables (which their library wants in `public`)."""
    op.execute("""
        CREATE SCHEMA core;
        GRANT USAGE ON SCHEMA core TO priyom_app, priyom_free;

        -- Both languages of a text the vendor edits must be there.
        CREATE FUNCTION core.both_languages(texts jsonb) RETURNS boolean
        LANGUAGE sql IMMUTABLE PARALLEL SAFE
        RETURN coalesce(btrim(texts ->> 'ru') <> '' AND btrim(texts ->> 'en') <> '', true);

        -- Append-only is a matter of rights; the trigger also stops the owner's slip of hand.
        CREATE FUNCTION core.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'rows of %.% are never changed', TG_TABLE_SCHEMA, TG_TABLE_NAME
                USING ERRCODE = 'insufficient_privilege';
        END $$;

        CREATE TABLE core.setting (
            key text PRIMARY KEY,
            value jsonb NOT NULL,
            changed_by text NOT NULL,
            changed_at timestamptz NOT NULL
        );

        CREATE TABLE core.audit (
            seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            at timestamptz NOT NULL,
            actor text NOT NULL,
            verb text NOT NULL,
            subject text NOT NULL,
            before jsonb,
            after jsonb
        );
        CREATE INDEX audit_subject ON core.audit (subject, seq);
        CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON core.audit
            FOR EACH ROW EXECUTE FUNCTION core.refuse_change();
        CREATE TRIGGER never_emptied BEFORE TRUNCATE ON core.audit
            FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();

        CREATE TABLE core.outbox (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            reference text NOT NULL UNIQUE,
            event text NOT NULL,
            to_name text NOT NULL,
            to_email text NOT NULL,
            locale text NOT NULL CHECK (locale IN ('ru', 'en')),
            subject text NOT NULL,
            body_enc bytea,
            subject_ref text NOT NULL,
            thread text,
            state text NOT NULL DEFAULT 'queued'
                CHECK (state IN ('queued', 'sending', 'sent', 'bounced', 'failed')),
            answer text,
            tries integer NOT NULL DEFAULT 0,
            queued_at timestamptz NOT NULL,
            sent_at timestamptz,
            wipe_at timestamptz
        );
        CREATE INDEX outbox_newest ON core.outbox (queued_at DESC, id DESC);
        CREATE INDEX outbox_subject ON core.outbox (subject_ref, id);
        CREATE INDEX outbox_to_wipe ON core.outbox (wipe_at) WHERE body_enc IS NOT NULL;

        CREATE TABLE core.stored_file (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            reference text NOT NULL UNIQUE,
            subject_ref text NOT NULL,
            name text NOT NULL,
            sha256 bytea NOT NULL CHECK (length(sha256) = 32),
            size bigint NOT NULL CHECK (size > 0),
            media text NOT NULL,
            verdict text NOT NULL CHECK (verdict IN ('accepted', 'quarantined')),
            stored_at timestamptz NOT NULL,
            keep_until timestamptz
        );
        CREATE INDEX stored_file_subject ON core.stored_file (subject_ref);

        GRANT SELECT, INSERT, UPDATE ON core.setting TO priyom_app;
        GRANT SELECT ON core.setting TO priyom_free;
        GRANT SELECT, INSERT ON core.audit TO priyom_app;
        GRANT INSERT ON core.audit TO priyom_free;
        GRANT SELECT, INSERT, UPDATE ON core.outbox TO priyom_app;
        GRANT INSERT, SELECT (id, reference) ON core.outbox TO priyom_free;
        GRANT SELECT, INSERT, UPDATE, DELETE ON core.stored_file TO priyom_app;
        GRANT SELECT, INSERT, DELETE ON core.stored_file TO priyom_free;
    """)
    # The library's SQL holds percent signs: only the bare driver takes it as it is.
    op.get_bind().connection.driver_connection.execute(SchemaManager.get_schema())
    op.execute("""
        GRANT USAGE ON SCHEMA public TO priyom_app, priyom_free;
        GRANT SELECT, INSERT, UPDATE, DELETE ON
            procrastinate_jobs, procrastinate_events, procrastinate_periodic_defers,
            procrastinate_workers TO priyom_app;
        GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO priyom_app, priyom_free;
        GRANT SELECT, INSERT ON procrastinate_jobs TO priyom_free;
        GRANT SELECT, INSERT ON procrastinate_events TO priyom_free;
        CREATE TABLE core.job_failure (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            job_id bigint NOT NULL,
            task text NOT NULL,
            at timestamptz NOT NULL,
            error text NOT NULL
        );
        CREATE INDEX job_failure_job ON core.job_failure (job_id, id);
        GRANT SELECT, INSERT ON core.job_failure TO priyom_app;
    """)


def downgrade() -> None:
    """Nothing is taken back: restore a backup instead."""
