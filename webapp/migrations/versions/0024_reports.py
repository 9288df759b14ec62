"""Finding a customer's bills and payments: by ИНН, or by name where there is none."""

from __future__ import annotations

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Index what reports ask for; the words are those of billing/reports/reconciliation.py."""
    op.execute("""
        CREATE INDEX order_customer
            ON billing."order" ((coalesce(nullif(payer ->> 'inn', ''), payer ->> 'company')));
        CREATE INDEX payment_customer
            ON billing.payment ((coalesce(nullif(payer_inn, ''), payer_name))) WHERE attempt_id IS NULL;
    """)


def downgrade() -> None:
    """Nothing is taken back: restore a backup instead."""
