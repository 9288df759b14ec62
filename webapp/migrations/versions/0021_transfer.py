"""Who gets the invoice, its own link, reminders."""

from __future__ import annotations

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what a bill that is paid by transfer needs to know."""
    op.execute("""
        -- Whom the invoice goes to: {name, email}; NULL is whoever ordered.
        ALTER TABLE billing."order" ADD COLUMN billing_contact jsonb;
        ALTER TABLE billing.bill
            ADD COLUMN link_version integer NOT NULL DEFAULT 1 CHECK (link_version > 0);

        CREATE TABLE billing.reminder (
            bill_id bigint NOT NULL REFERENCES billing.bill,
            kind text NOT NULL CHECK (kind IN ('before', 'after_1', 'after_3')),
            sent_at timestamptz NOT NULL,
            PRIMARY KEY (bill_id, kind)
        );
        CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON billing.reminder
            FOR EACH ROW EXECUTE FUNCTION core.refuse_change();
        -- What the reminders look through: few bills are open at a time.
        CREATE INDEX bill_due ON billing.bill (due_at) WHERE state = 'open';

        GRANT SELECT, INSERT ON billing.reminder TO priyom_app;
    """)


def downgrade() -> None:
    """Nothing is taken back: restore a backup instead."""
