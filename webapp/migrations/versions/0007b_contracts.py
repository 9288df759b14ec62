"""Schema contracts: enquiries for an individual agreement."""

from __future__ import annotations

from alembic import op

revision = "0007b"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create schema `contracts`, which the free flow's role can't even look into."""
    op.execute("""
        CREATE SCHEMA contracts;
        GRANT USAGE ON SCHEMA contracts TO priyom_app;

        CREATE TABLE contracts.enquiry (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            reference text NOT NULL UNIQUE,
            -- Drawn by the form, so that a second press of its button finds the first one's row.
            form_key text NOT NULL UNIQUE,
            company text NOT NULL CHECK (btrim(company) <> ''),
            contact_name text NOT NULL CHECK (btrim(contact_name) <> ''),
            email text NOT NULL CHECK (email LIKE '%_@_%'),
            phone text NOT NULL DEFAULT '',
            products text[] NOT NULL DEFAULT '{}',
            users integer CHECK (users BETWEEN 1 AND 1000000),
            sites integer CHECK (sites BETWEEN 1 AND 100000),
            hours text NOT NULL CHECK (hours IN ('8x5', '12x6', '24x7', 'own', 'unknown')),
            own_hours text NOT NULL DEFAULT '',
            trouble text NOT NULL DEFAULT '',
            locale text NOT NULL CHECK (locale IN ('ru', 'en')),
            state text NOT NULL DEFAULT 'new'
                CHECK (state IN ('new', 'in_work', 'converted', 'declined')),
            received_at timestamptz NOT NULL,
            CHECK ((hours = 'own') = (own_hours <> ''))
        );
        CREATE INDEX enquiry_newest ON contracts.enquiry (received_at DESC, id DESC);

        GRANT SELECT, INSERT ON contracts.enquiry TO priyom_app;
        GRANT UPDATE (state) ON contracts.enquiry TO priyom_app;
    """)


def downgrade() -> None:
    """Nothing is taken back: restore a backup instead."""
