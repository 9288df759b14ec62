"""Revisions by topic: what changed since a page was made."""

from __future__ import annotations

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To be written by the change that needs it."""


def downgrade() -> None:
    """Nothing is taken back: restore a backup instead."""
