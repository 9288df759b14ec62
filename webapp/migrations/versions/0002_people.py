"""Organisations (ours included), persons, memberships and staff."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create schema `people`."""
    op.execute("""
        CREATE SCHEMA people;
        GRANT USAGE ON SCHEMA people TO priyom_app, priyom_free;

        CREATE TABLE people.organisation (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            kind text NOT NULL CHECK (kind IN ('customer', 'own')),
            name text NOT NULL CHECK (btrim(name) <> ''),
            sort_key text COLLATE "C" NOT NULL,
            inn text,
            kpp text,
            ogrn text,
            country text NOT NULL CHECK (country ~ '^[A-Z]{2}$'),
            address text NOT NULL DEFAULT ''
        );
        -- A company is one row, however often its people order.
        CREATE UNIQUE INDEX organisation_inn ON people.organisation (country, inn)
            WHERE inn IS NOT NULL AND kind = 'customer';
        CREATE INDEX organisation_sorted ON people.organisation (sort_key, id);

        CREATE TABLE people.person (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            name text NOT NULL,
            email text NOT NULL,
            phone text NOT NULL DEFAULT '',
            locale text NOT NULL CHECK (locale IN ('ru', 'en')),
            zone text NOT NULL
        );
        -- Not unique: a guest order claims nothing before its address is verified.
        CREATE INDEX person_email ON people.person (lower(email));

        CREATE TABLE people.membership (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            organisation_id bigint NOT NULL REFERENCES people.organisation,
            person_id bigint NOT NULL REFERENCES people.person,
            role text NOT NULL CHECK (role IN ('member', 'billing', 'signatory')),
            since timestamptz NOT NULL,
            until timestamptz,
            CHECK (until > since)
        );
        CREATE UNIQUE INDEX membership_current
            ON people.membership (organisation_id, person_id, role) WHERE until IS NULL;

        CREATE TABLE people.staff_member (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            person_id bigint NOT NULL UNIQUE REFERENCES people.person,
            active boolean NOT NULL DEFAULT true
        );

        GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA people TO priyom_app;
        GRANT SELECT, INSERT, UPDATE ON people.organisation, people.person, people.membership
            TO priyom_free;
        GRANT SELECT ON people.staff_member TO priyom_free;
    """)


def downgrade() -> None:
    """Nothing is taken back: restore a backup instead."""
