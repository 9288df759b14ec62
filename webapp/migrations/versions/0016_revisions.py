"""Revisions by topic: what changed since a page was made.

Every statement that writes to a table of a topic leaves a mark, in its own transaction. Marks are
only inserted, so bookings never wait for each other's.

A mark also says which transactions were still writing when it was made: `oldest_writer` is the
lowest id of a running transaction. A mark that becomes visible after a newer one (its transaction
began earlier and committed later) was among them. So the newest mark, and how many marks of writers
from its `oldest_writer` on can be seen, is a value that no two states share
(`services/core/revisions.py`), however late somebody commits.
"""

from __future__ import annotations

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_MARKS = """
    CREATE TABLE core.revision (
        id bigint GENERATED ALWAYS AS IDENTITY,
        topic text NOT NULL CHECK (topic IN ('pool', 'schedule', 'catalogue', 'prices', 'vendor')),
        at timestamptz NOT NULL DEFAULT now(),
        writer bigint NOT NULL DEFAULT pg_current_xact_id()::text::bigint,
        oldest_writer bigint NOT NULL DEFAULT pg_snapshot_xmin(pg_current_snapshot())::text::bigint,
        PRIMARY KEY (topic, id) INCLUDE (oldest_writer)
    );
    CREATE INDEX revision_writer ON core.revision (topic, writer);
    GRANT SELECT ON core.revision TO priyom_app, priyom_free;
    GRANT DELETE ON core.revision TO priyom_app;

    -- As its owner: whoever may write to a table may not write marks by himself.
    CREATE FUNCTION core.note_change() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    BEGIN
        INSERT INTO core.revision (topic) VALUES (TG_ARGV[0]);
        RETURN NULL;
    END $$;
    -- Triggers need no right to it once they are there; whoever has it could attach it to his own table.
    REVOKE EXECUTE ON FUNCTION core.note_change() FROM PUBLIC;
"""

_TABLES = {
    "pool": ("scheduling.occupancy", "scheduling.absence", "scheduling.external_busy"),
    "schedule": (
        "scheduling.specialist",
        "scheduling.hours_version",
        "scheduling.own_date",
        "scheduling.holiday",
        "scheduling.holiday_set",
        "scheduling.desk_reserve",
        "people.staff_member",
    ),
    "catalogue": ("catalogue.service", "catalogue.product", "catalogue.request_field", "catalogue.tool"),
    "prices": (
        "billing.seller",
        "billing.vat_rate",
        "billing.price_list",
        "billing.price",
        "billing.factor",
        "core.production_day",
    ),
    "vendor": ("core.setting",),
}

# Only what matters of two tables that are written to all the time: the projection's bookkeeping on
# closures changes no time, and of organisations only a seller's country (its calendar) does.
_SOME_COLUMNS = """
    CREATE TRIGGER note_change AFTER INSERT OR DELETE OR UPDATE OF until_at, lifted_at
        ON scheduling.closure FOR EACH STATEMENT EXECUTE FUNCTION core.note_change('schedule');
    CREATE TRIGGER note_change AFTER UPDATE OF country ON people.organisation
        FOR EACH ROW WHEN (OLD.country IS DISTINCT FROM NEW.country)
        EXECUTE FUNCTION core.note_change('prices');
"""


def upgrade() -> None:
    """Create the marks, and let every table of a topic leave them."""
    op.execute(_MARKS)
    for topic, tables in _TABLES.items():
        for table in tables:
            op.execute(f"""
                CREATE TRIGGER note_change AFTER INSERT OR UPDATE OR DELETE ON {table}
                    FOR EACH STATEMENT EXECUTE FUNCTION core.note_change('{topic}');
            """)
    op.execute(_SOME_COLUMNS)


def downgrade() -> None:
    """Nothing is taken back: restore a backup instead."""
