"""Orders and bills: what is to be paid, by whom, and what was agreed."""

from __future__ import annotations

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create orders, bills and their lines in schema `billing`."""
    op.execute("""
        CREATE TABLE billing."order" (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            reference text NOT NULL UNIQUE,
            state text NOT NULL CHECK (state IN ('draft', 'awaiting_payment', 'confirmed',
                'completed', 'closed', 'expired', 'cancelled')),
            seller_id bigint NOT NULL REFERENCES billing.seller,
            service_id bigint NOT NULL REFERENCES catalogue.service,
            -- A late payment whose time was lost and found again gets another session.
            session_id bigint NOT NULL UNIQUE REFERENCES sessions.remote_session,
            person_id bigint REFERENCES people.person,
            organisation_id bigint REFERENCES people.organisation,
            country text NOT NULL CHECK (country ~ '^[A-Z]{2}$'),
            currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
            locale text NOT NULL CHECK (locale IN ('ru', 'en')),
            zone text NOT NULL,
            contact jsonb,
            payer jsonb,
            price jsonb NOT NULL,
            policy jsonb NOT NULL,
            method text CHECK (method IN ('card', 'transfer', 'payment_order', 'credit')),
            attention text,
            link_version integer NOT NULL DEFAULT 1,
            created_at timestamptz NOT NULL,
            submitted_at timestamptz,
            confirmed_at timestamptz,
            ended_at timestamptz,
            -- Nothing leaves the draft before we know who asks and who pays.
            CHECK (state IN ('draft', 'expired') OR (state = 'cancelled' AND submitted_at IS NULL) OR
                (person_id IS NOT NULL AND contact IS NOT NULL AND payer IS NOT NULL
                 AND submitted_at IS NOT NULL AND method IS NOT NULL)),
            CHECK (state NOT IN ('confirmed', 'completed', 'closed') OR confirmed_at IS NOT NULL)
        );
        CREATE INDEX order_newest ON billing."order" (created_at DESC, id DESC);
        CREATE INDEX order_person ON billing."order" (person_id);
        CREATE INDEX order_attention ON billing."order" (id) WHERE attention IS NOT NULL;

        CREATE TABLE billing.bill (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            reference text NOT NULL UNIQUE,
            order_id bigint NOT NULL REFERENCES billing."order",
            kind text NOT NULL CHECK (kind IN ('main', 'addendum', 'fee')),
            state text NOT NULL CHECK (state IN ('open', 'covered', 'void')),
            total_minor bigint NOT NULL CHECK (total_minor >= 0),
            total_currency text NOT NULL CHECK (total_currency ~ '^[A-Z]{3}$'),
            due_at timestamptz NOT NULL,
            created_at timestamptz NOT NULL
        );
        CREATE UNIQUE INDEX bill_one_main ON billing.bill (order_id)
            WHERE kind = 'main' AND state <> 'void';
        CREATE INDEX bill_order ON billing.bill (order_id, id);

        CREATE TABLE billing.bill_line (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            bill_id bigint NOT NULL REFERENCES billing.bill,
            position integer NOT NULL,
            session_id bigint REFERENCES sessions.remote_session,
            text jsonb NOT NULL CHECK (core.both_languages(text)),
            quantity integer NOT NULL CHECK (quantity > 0),
            net_minor bigint NOT NULL,
            vat_rate integer CHECK (vat_rate BETWEEN 0 AND 10000),
            vat_reason jsonb CHECK (core.both_languages(vat_reason)),
            vat_minor bigint NOT NULL,
            gross_minor bigint NOT NULL,
            UNIQUE (bill_id, position),
            CHECK (net_minor + vat_minor = gross_minor),
            CHECK ((vat_rate IS NULL) <> (vat_reason IS NULL))
        );
        CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON billing.bill_line
            FOR EACH ROW EXECUTE FUNCTION core.refuse_change();

        GRANT SELECT, INSERT, UPDATE ON billing."order", billing.bill TO priyom_app;
        GRANT SELECT, INSERT ON billing.bill_line TO priyom_app;
    """)


def downgrade() -> None:
    """Nothing is taken back: restore a backup instead."""
