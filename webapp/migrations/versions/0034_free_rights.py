"""What the free flow may change of a request: what its commands write, column by column."""

from __future__ import annotations

from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Narrow the free flow's rights on the numbering to the one column that moves."""
    op.execute("""
        REVOKE UPDATE ON support.numbering FROM priyom_free;
        GRANT UPDATE (last) ON support.numbering TO priyom_free;
    """)


def downgrade() -> None:
    """Nothing is taken back: restore a backup instead."""
