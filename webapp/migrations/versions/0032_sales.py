"""Enquiries for the sales people: neither support nor services."""

from __future__ import annotations

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the list of sales enquiries."""


def downgrade() -> None:
    """Nothing is taken back: restore a backup instead."""
