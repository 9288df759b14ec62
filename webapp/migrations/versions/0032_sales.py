"""Enquiries for the sales people: neither support nor services."""

from __future__ import annotations

from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the list of sales enquiries."""
    op.execute("""
        CREATE TABLE people.sales_enquiry (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            reference text NOT NULL UNIQUE,
            -- One form is one enquiry, however often it is sent.
            form_key text NOT NULL UNIQUE CHECK (length(form_key) BETWEEN 16 AND 64),
            kind text NOT NULL CHECK (kind IN ('presentation', 'setup', 'other')),
            name text NOT NULL CHECK (name <> ''),
            company text NOT NULL CHECK (company <> ''),
            email text NOT NULL CHECK (email <> ''),
            phone text NOT NULL DEFAULT '',
            product_id bigint REFERENCES catalogue.product,
            body text NOT NULL DEFAULT '',
            locale text NOT NULL CHECK (locale IN ('ru', 'en')),
            state text NOT NULL DEFAULT 'new' CHECK (state IN ('new', 'taken', 'closed')),
            written_at timestamptz NOT NULL,
            taken_at timestamptz,
            taken_by bigint REFERENCES people.person,
            closed_at timestamptz,
            note text NOT NULL DEFAULT '',
            CHECK ((taken_at IS NULL) = (taken_by IS NULL)),
            CHECK (state <> 'new' OR taken_at IS NULL),
            CHECK (state <> 'taken' OR taken_at IS NOT NULL),
            CHECK ((state = 'closed') = (closed_at IS NOT NULL)),
            CHECK (kind <> 'other' OR body <> '')
        );
        CREATE INDEX sales_enquiry_listed ON people.sales_enquiry (written_at DESC, id DESC);
        CREATE INDEX sales_enquiry_closed ON people.sales_enquiry (closed_at) WHERE closed_at IS NOT NULL;
        GRANT SELECT, INSERT, UPDATE, DELETE ON people.sales_enquiry TO priyom_app;
        -- The page that takes them knows of the others nothing but whether a form was sent already.
        GRANT INSERT, SELECT (reference, form_key) ON people.sales_enquiry TO priyom_free;
    """)


def downgrade() -> None:
    """Nothing is taken back: restore a backup instead."""
