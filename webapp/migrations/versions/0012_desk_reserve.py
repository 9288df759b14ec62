"""The free desk's share of time: reserve, demand, closures; sessions that are the desk's own work.

What a page of times depends on, for the marks of topic `schedule`: `desk_reserve` (INSERT) and
`closure` (INSERT, and UPDATE OF until_at, lifted_at: the rest of a closure is the projection's
bookkeeping). `desk_demand` and `desk_run` close nothing by themselves.
"""

from __future__ import annotations

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Mark the desk's own sessions, and create what keeps paid hours from starving the desk."""
    op.execute(_OWN_WORK)
    op.execute(_TABLES)
    op.execute(_RIGHTS)


def downgrade() -> None:
    """Nothing is taken back: restore a backup instead."""


_OWN_WORK = """
    ALTER TABLE scheduling.occupancy ADD COLUMN desk boolean NOT NULL DEFAULT false;
    UPDATE scheduling.occupancy SET desk = true WHERE id IN (
        SELECT s.occupancy_id FROM sessions.seat s
        JOIN sessions.remote_session r ON r.id = s.session_id
        WHERE r.basis = 'support'
    );
"""

_TABLES = """
    CREATE TABLE scheduling.desk_reserve (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        effective_from date NOT NULL CHECK (isfinite(effective_from)),
        percent integer NOT NULL CHECK (percent BETWEEN 0 AND 99),
        set_by text NOT NULL,
        set_at timestamptz NOT NULL
    );
    CREATE INDEX desk_reserve_latest ON scheduling.desk_reserve (effective_from DESC, id DESC);
    CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON scheduling.desk_reserve
        FOR EACH ROW EXECUTE FUNCTION core.refuse_change();
    CREATE TRIGGER never_emptied BEFORE TRUNCATE ON scheduling.desk_reserve
        FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();

    -- The free desk's open work, written by its owner as a whole; whose it is, is not said here.
    CREATE TABLE scheduling.desk_demand (
        key text PRIMARY KEY CHECK (key <> ''),
        due_at timestamptz NOT NULL CHECK (isfinite(due_at)),
        minutes integer NOT NULL CHECK (minutes > 0),
        written_at timestamptz NOT NULL
    );

    CREATE TABLE scheduling.closure (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        kind text NOT NULL CHECK (kind IN ('manual', 'projection')),
        starts_at timestamptz NOT NULL CHECK (scheduling.whole_minute(starts_at)),
        until_at timestamptz NOT NULL CHECK (scheduling.whole_minute(until_at)),
        reason text NOT NULL DEFAULT '',
        made_at timestamptz NOT NULL,
        made_by text NOT NULL,
        judged_at timestamptz,
        clean_runs integer NOT NULL DEFAULT 0 CHECK (clean_runs >= 0),
        lifted_at timestamptz,
        lifted_by text,
        CHECK (starts_at < until_at),
        CHECK ((kind = 'manual') = (reason <> '')),
        CHECK ((kind = 'projection') = (judged_at IS NOT NULL)),
        CHECK (num_nulls(lifted_at, lifted_by) IN (0, 2))
    );
    CREATE INDEX closure_open ON scheduling.closure (until_at) WHERE lifted_at IS NULL;
    CREATE UNIQUE INDEX closure_one_projection ON scheduling.closure (kind)
        WHERE kind = 'projection' AND lifted_at IS NULL;

    -- What each look at the open work has found; kept for some days.
    CREATE TABLE scheduling.desk_run (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        run_at timestamptz NOT NULL,
        pieces integer NOT NULL CHECK (pieces >= 0),
        minutes integer NOT NULL CHECK (minutes >= 0),
        misses integer NOT NULL CHECK (misses BETWEEN 0 AND pieces),
        missed_until_at timestamptz,
        CHECK ((misses > 0) = (missed_until_at IS NOT NULL))
    );
    CREATE INDEX desk_run_newest ON scheduling.desk_run (run_at DESC, id DESC);
"""

_RIGHTS = """
    GRANT SELECT, INSERT ON scheduling.desk_reserve TO priyom_app;
    GRANT SELECT, INSERT, DELETE ON scheduling.desk_demand, scheduling.desk_run
        TO priyom_app, priyom_free;
    GRANT SELECT, INSERT, UPDATE ON scheduling.closure TO priyom_app, priyom_free;
    GRANT SELECT ON scheduling.desk_reserve TO priyom_free;
"""
