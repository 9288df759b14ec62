"""Confirmations before the money: payment orders and credit."""

from __future__ import annotations

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add who is trusted with what, and what was asked and answered."""
    op.execute("""
        -- Why an order was confirmed while its bill was open, and the seller's date until which it is due.
        ALTER TABLE billing."order"
            ADD COLUMN credit_reason text,
            ADD COLUMN credit_due_on date,
            -- Until then he whose money came too late chooses: another time, or the money back.
            ADD COLUMN choose_until timestamptz,
            ADD COLUMN late_payment_id bigint REFERENCES billing.payment,
            ADD CONSTRAINT order_choice CHECK (choose_until IS NULL OR late_payment_id IS NOT NULL),
            ADD CONSTRAINT order_credit CHECK ((credit_reason IS NULL) = (credit_due_on IS NULL));
        CREATE INDEX order_organisation ON billing."order" (organisation_id)
            WHERE organisation_id IS NOT NULL;

        CREATE TABLE billing.credit_line (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            organisation_id bigint NOT NULL UNIQUE REFERENCES people.organisation,
            currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
            limit_minor bigint NOT NULL CHECK (limit_minor >= 0),
            term_days integer NOT NULL CHECK (term_days BETWEEN 1 AND 365),
            granted_by text NOT NULL,
            since timestamptz NOT NULL
        );

        CREATE TABLE billing.trust_request (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            reference text NOT NULL UNIQUE,
            order_id bigint NOT NULL REFERENCES billing."order",
            kind text NOT NULL CHECK (kind IN ('payment_order', 'credit')),
            state text NOT NULL CHECK (state IN ('waiting', 'granted', 'refused', 'lapsed')),
            -- A file about this order, by its name in the store.
            file_ref text CHECK ((kind = 'payment_order') = (file_ref IS NOT NULL)),
            asked_at timestamptz NOT NULL,
            alarm_at timestamptz NOT NULL,
            answered_at timestamptz,
            answered_by text,
            reason text,
            CHECK ((state = 'waiting') = (answered_at IS NULL)),
            CHECK ((answered_at IS NULL) = (answered_by IS NULL)),
            CHECK (state NOT IN ('granted', 'refused') OR reason IS NOT NULL)
        );
        CREATE UNIQUE INDEX trust_request_one_waiting ON billing.trust_request (order_id)
            WHERE state = 'waiting';
        CREATE INDEX trust_request_order ON billing.trust_request (order_id, id);

        GRANT SELECT, INSERT, UPDATE, DELETE ON billing.credit_line TO priyom_app;
        GRANT SELECT, INSERT, UPDATE ON billing.trust_request TO priyom_app;
    """)


def downgrade() -> None:
    """Nothing is taken back: restore a backup instead."""
