"""A stopped clock keeps the version of the calendar that it was counted by at its end."""

from __future__ import annotations

from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add it, and say it of the clocks that have stopped."""
    op.execute("""
        ALTER TABLE support.clock ADD COLUMN calendar_version_id bigint REFERENCES core.calendar_version;
        GRANT UPDATE (calendar_version_id) ON support.clock TO priyom_free;
        UPDATE support.clock c SET calendar_version_id = (
            SELECT v.id
            FROM support.regulation_version r
            JOIN core.business_calendar k ON k.id = r.calendar_id
            JOIN core.calendar_version v ON v.calendar_id = k.id
            WHERE r.id = c.regulation_id
                AND v.effective_from <= CAST(c.stopped_at AT TIME ZONE k.zone AS date)
            ORDER BY v.effective_from DESC, v.id DESC LIMIT 1
        )
        WHERE c.stopped_at IS NOT NULL;
    """)


def downgrade() -> None:
    """Nothing is taken back: restore a backup instead."""
