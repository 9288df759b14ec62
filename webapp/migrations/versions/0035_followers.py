"""The request that goes on from an earlier one is found by it, whatever the history."""

from __future__ import annotations

from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Few requests follow another one: an index of these alone."""
    op.execute("""
        CREATE INDEX request_follower ON support.request (follows_id, id) WHERE follows_id IS NOT NULL;
    """)


def downgrade() -> None:
    """Nothing is taken back: restore a backup instead."""
