"""The free desk's share of time: reserve, demand, closures; sessions that are the desk's own work."""

from __future__ import annotations

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To be written by the change that needs it."""


def downgrade() -> None:
    """Nothing is taken back: restore a backup instead."""
