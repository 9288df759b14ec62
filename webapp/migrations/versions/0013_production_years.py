"""Which years of the production calendar rest on a decree, and which proposed dates were declined.

What a page of times depends on: `core.production_day` and `core.production_year` for prices,
`scheduling.holiday` and `scheduling.own_date` for the schedule. `dismissed_date` closes nothing.
"""

from __future__ import annotations

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Give each year of the calendar its state; years that have days already are proposals."""
    op.execute("""
        CREATE TABLE core.production_year (
            country text NOT NULL CHECK (country ~ '^[A-Z]{2}$'),
            year integer NOT NULL CHECK (year BETWEEN 1900 AND 2200),
            state text NOT NULL CHECK (state IN ('proposed', 'decreed')),
            source text NOT NULL CHECK (source <> ''),
            changed_by text NOT NULL,
            changed_at timestamptz NOT NULL,
            PRIMARY KEY (country, year)
        );
        INSERT INTO core.production_year (country, year, state, source, changed_by, changed_at)
            SELECT country, extract(year FROM day_on)::integer, 'proposed', min(source), 'system', now()
            FROM core.production_day GROUP BY 1, 2;
        GRANT SELECT, INSERT, UPDATE ON core.production_year TO priyom_app;
        GRANT SELECT ON core.production_year TO priyom_free;
        GRANT DELETE ON core.production_day TO priyom_app;

        -- A proposal that was declined doesn't come back; one for another reason is a new one.
        CREATE TABLE scheduling.dismissed_date (
            specialist_id bigint NOT NULL REFERENCES scheduling.specialist,
            day_on date NOT NULL,
            reason text NOT NULL CHECK (reason IN ('short', 'day_off', 'working')),
            dismissed_by text NOT NULL,
            dismissed_at timestamptz NOT NULL,
            PRIMARY KEY (specialist_id, day_on, reason)
        );
        GRANT SELECT, INSERT, DELETE ON scheduling.dismissed_date TO priyom_app;
    """)


def downgrade() -> None:
    """Nothing is taken back: restore a backup instead."""
