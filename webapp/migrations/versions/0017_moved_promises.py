"""Promised wall times that a change of zone data has moved."""

from __future__ import annotations

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To be written by the change that needs it."""


def downgrade() -> None:
    """Nothing is taken back: restore a backup instead."""
