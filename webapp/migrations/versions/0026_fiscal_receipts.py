"""Fiscal receipts (54-ФЗ): which payments ask for them, and what the cash register gave out."""

from __future__ import annotations

from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the wish to each payment, and a row for each receipt that was given."""
    op.execute("""
        -- As the seller had it set when the money came: a later change asks for nothing backwards.
        ALTER TABLE billing.payment ADD COLUMN needs_receipt boolean NOT NULL DEFAULT false;
        CREATE INDEX payment_needs_receipt ON billing.payment (id) WHERE needs_receipt;

        -- Given by a cash register, never by us: here stands only where to read it.
        CREATE TABLE billing.fiscal_receipt (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            kind text NOT NULL CHECK (kind IN ('payment', 'set_off', 'refund')),
            payment_id bigint NOT NULL REFERENCES billing.payment,
            -- The id of what it is about: of the payment itself, the act, or the refund.
            source_id bigint NOT NULL,
            link text NOT NULL CHECK (link ~ '^https?://[^[:space:]]+$'),
            issued_at timestamptz NOT NULL,
            issued_by text NOT NULL,
            UNIQUE (kind, payment_id, source_id)
        );
        GRANT SELECT, INSERT ON billing.fiscal_receipt TO priyom_app;
        -- A link may be mistyped; which fact it belongs to may not change.
        GRANT UPDATE (link, issued_at, issued_by) ON billing.fiscal_receipt TO priyom_app;
    """)


def downgrade() -> None:
    """Nothing is taken back: restore a backup instead."""
