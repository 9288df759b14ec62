"""Products with their request fields, services offered, tools for connecting."""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create schema `catalogue`."""
    op.execute("""
        CREATE SCHEMA catalogue;
        GRANT USAGE ON SCHEMA catalogue TO priyom_app, priyom_free;

        CREATE TABLE catalogue.product (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            slug text NOT NULL UNIQUE CHECK (slug ~ '^[a-z0-9-]+$'),
            position integer NOT NULL,
            name jsonb NOT NULL CHECK (core.both_languages(name)),
            identifier_kind text NOT NULL
                CHECK (identifier_kind IN ('project_name', 'project_code', 'none')),
            identifier_hint jsonb CHECK (core.both_languages(identifier_hint)),
            preparation jsonb NOT NULL CHECK (core.both_languages(preparation)),
            kb_url text,
            active boolean NOT NULL DEFAULT true,
            CHECK ((identifier_kind = 'none') = (identifier_hint IS NULL))
        );

        CREATE TABLE catalogue.request_field (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            product_id bigint NOT NULL REFERENCES catalogue.product,
            key text NOT NULL CHECK (key ~ '^[a-z_]+$'),
            position integer NOT NULL,
            kind text NOT NULL CHECK (kind IN ('line', 'text', 'number', 'file', 'link')),
            required boolean NOT NULL,
            label jsonb NOT NULL CHECK (core.both_languages(label)),
            hint jsonb CHECK (core.both_languages(hint)),
            reason jsonb NOT NULL CHECK (core.both_languages(reason)),
            UNIQUE (product_id, key)
        );

        CREATE TABLE catalogue.service (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            slug text NOT NULL UNIQUE CHECK (slug ~ '^[a-z0-9-]+$'),
            position integer NOT NULL,
            name jsonb NOT NULL CHECK (core.both_languages(name)),
            summary jsonb NOT NULL CHECK (core.both_languages(summary)),
            lead jsonb NOT NULL CHECK (core.both_languages(lead)),
            included jsonb NOT NULL DEFAULT '[]',
            excluded jsonb NOT NULL DEFAULT '[]',
            needs jsonb NOT NULL DEFAULT '[]',
            minutes integer NOT NULL CHECK (minutes BETWEEN 5 AND 1440),
            grid_minutes integer NOT NULL CHECK (grid_minutes BETWEEN 5 AND 1440),
            buffer_before integer NOT NULL DEFAULT 0 CHECK (buffer_before BETWEEN 0 AND 480),
            buffer_after integer NOT NULL DEFAULT 0 CHECK (buffer_after BETWEEN 0 AND 480),
            notice_minutes integer NOT NULL CHECK (notice_minutes >= 0),
            horizon_days integer NOT NULL CHECK (horizon_days BETWEEN 0 AND 366),
            skills text[] NOT NULL DEFAULT '{}',
            mode text NOT NULL DEFAULT 'any' CHECK (mode IN ('any', 'all')),
            active boolean NOT NULL DEFAULT true
        );

        CREATE TABLE catalogue.tool (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            slug text NOT NULL UNIQUE CHECK (slug ~ '^[a-z0-9-]+$'),
            position integer NOT NULL,
            name jsonb NOT NULL CHECK (core.both_languages(name)),
            id_hint jsonb NOT NULL CHECK (core.both_languages(id_hint)),
            id_pattern text NOT NULL,
            download_url text,
            active boolean NOT NULL DEFAULT true
        );

        GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA catalogue TO priyom_app;
        GRANT DELETE ON catalogue.request_field TO priyom_app;
        GRANT SELECT ON ALL TABLES IN SCHEMA catalogue TO priyom_free;
    """)


def downgrade() -> None:
    """Nothing is taken back: restore a backup instead."""
