"""How often a session was moved; indexes that limits on holds count by."""

from __future__ import annotations

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To be written by the change that needs it."""


def downgrade() -> None:
    """Nothing is taken back: restore a backup instead."""
