"""The waitlist: wishes for a time, offered in turn."""

from __future__ import annotations

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To be written by the change that needs it."""


def downgrade() -> None:
    """Nothing is taken back: restore a backup instead."""
