"""The registry of documents, their versions, acceptances, and the frequent questions."""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create schema `documents`."""
    op.execute("""
        CREATE SCHEMA documents;
        GRANT USAGE ON SCHEMA documents TO priyom_app, priyom_free;

        CREATE TABLE documents.document (
            kind text PRIMARY KEY CHECK (kind ~ '^[a-z_]+$'),
            title jsonb NOT NULL CHECK (core.both_languages(title)),
            position integer NOT NULL
        );

        CREATE TABLE documents.version (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            kind text NOT NULL REFERENCES documents.document,
            n integer NOT NULL CHECK (n > 0),
            valid_from_on date NOT NULL,
            body jsonb NOT NULL CHECK (core.both_languages(body)),
            sha256 text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
            is_demo boolean NOT NULL DEFAULT false,
            published_at timestamptz NOT NULL,
            UNIQUE (kind, n)
        );
        -- What somebody has accepted must stay readable as it was.
        CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON documents.version
            FOR EACH ROW EXECUTE FUNCTION core.refuse_change();

        CREATE TABLE documents.acceptance (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            version_id bigint NOT NULL REFERENCES documents.version,
            person_id bigint NOT NULL REFERENCES people.person,
            subject_ref text NOT NULL,
            means text NOT NULL CHECK (means IN ('checkbox', 'code', 'payment', 'paper')),
            at timestamptz NOT NULL
        );
        CREATE INDEX acceptance_subject ON documents.acceptance (subject_ref, id);
        CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON documents.acceptance
            FOR EACH ROW EXECUTE FUNCTION core.refuse_change();

        -- The personal side of an acceptance, erasable without breaking the record.
        CREATE TABLE documents.acceptance_origin (
            acceptance_id bigint PRIMARY KEY REFERENCES documents.acceptance,
            address text NOT NULL,
            agent text NOT NULL
        );

        CREATE TABLE documents.question (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            slug text NOT NULL UNIQUE CHECK (slug ~ '^[a-z0-9-]+$'),
            position integer NOT NULL,
            question jsonb NOT NULL CHECK (core.both_languages(question)),
            answer jsonb NOT NULL CHECK (core.both_languages(answer)),
            leads_to text NOT NULL DEFAULT ''
        );

        GRANT SELECT, INSERT, UPDATE ON documents.document, documents.question TO priyom_app;
        GRANT DELETE ON documents.question TO priyom_app;
        GRANT SELECT, INSERT ON documents.version, documents.acceptance TO priyom_app;
        GRANT SELECT, INSERT, DELETE ON documents.acceptance_origin TO priyom_app;
        GRANT SELECT ON documents.document, documents.version, documents.question
            TO priyom_free;
        GRANT SELECT, INSERT ON documents.acceptance, documents.acceptance_origin
            TO priyom_free;
    """)


def downgrade() -> None:
    """Nothing is taken back: restore a backup instead."""
