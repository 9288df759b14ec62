"""The regulation of free support, and the business calendars that its deadlines count by."""

from __future__ import annotations

from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

# The calendars that deadlines count by are kept in each process until one of these tables changes
# (0016). Production days leave a second mark: prices know them, too.
_REVISIONS = """
    ALTER TABLE core.revision DROP CONSTRAINT revision_topic_check;
    ALTER TABLE core.revision ADD CONSTRAINT revision_topic_check
        CHECK (topic IN ('pool', 'schedule', 'catalogue', 'prices', 'vendor', 'regulation'));
    CREATE TRIGGER note_change AFTER INSERT OR UPDATE OR DELETE ON core.business_calendar
        FOR EACH STATEMENT EXECUTE FUNCTION core.note_change('regulation');
    CREATE TRIGGER note_change AFTER INSERT OR UPDATE OR DELETE ON core.calendar_version
        FOR EACH STATEMENT EXECUTE FUNCTION core.note_change('regulation');
    CREATE TRIGGER note_change AFTER INSERT OR UPDATE OR DELETE ON core.production_year
        FOR EACH STATEMENT EXECUTE FUNCTION core.note_change('regulation');
    CREATE TRIGGER note_open_days AFTER INSERT OR UPDATE OR DELETE ON core.production_day
        FOR EACH STATEMENT EXECUTE FUNCTION core.note_change('regulation');
"""


def upgrade() -> None:
    """Create schema `support` with its regulation; calendars are the ground's, for contracts use them too."""
    op.execute("""
        CREATE TABLE core.business_calendar (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            code text NOT NULL UNIQUE CHECK (code ~ '^[a-z0-9-]+$'),
            name jsonb NOT NULL CHECK (core.both_languages(name)),
            -- An IANA name, for all versions: clocks that run through a change of zone mean nothing.
            zone text NOT NULL,
            -- Whose production calendar counts; null: none does.
            country text CHECK (country ~ '^[A-Z]{2}$')
        );
        CREATE TABLE core.calendar_version (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            calendar_id bigint NOT NULL REFERENCES core.business_calendar,
            -- A local date; of two versions of one date the later published counts.
            effective_from date NOT NULL,
            -- [[weekday, start, end], …] and {date: [[start, end], …]}, minutes of the day.
            weekly jsonb NOT NULL,
            overrides jsonb NOT NULL DEFAULT '{}',
            published_at timestamptz NOT NULL,
            published_by text NOT NULL
        );
        CREATE INDEX calendar_version_calendar ON core.calendar_version (calendar_id, effective_from, id);
        CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON core.calendar_version
            FOR EACH ROW EXECUTE FUNCTION core.refuse_change();
        GRANT SELECT ON core.business_calendar, core.calendar_version TO priyom_app, priyom_free;
        GRANT INSERT ON core.business_calendar, core.calendar_version TO priyom_app, priyom_free;
        GRANT UPDATE (name) ON core.business_calendar TO priyom_app, priyom_free;

        CREATE SCHEMA support;
        GRANT USAGE ON SCHEMA support TO priyom_app, priyom_free;

        CREATE TABLE support.regulation_version (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            n integer NOT NULL UNIQUE CHECK (n > 0),
            -- For requests received on this local date of the calendar's zone, or later.
            valid_from_on date NOT NULL,
            calendar_id bigint NOT NULL REFERENCES core.business_calendar,
            terms jsonb NOT NULL CHECK (terms ? 'schema'),
            body jsonb NOT NULL CHECK (core.both_languages(body)),
            is_demo boolean NOT NULL DEFAULT false,
            published_at timestamptz NOT NULL,
            published_by text NOT NULL
        );
        CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON support.regulation_version
            FOR EACH ROW EXECUTE FUNCTION core.refuse_change();
        -- The one draft; what is published is copied from it.
        CREATE TABLE support.regulation_draft (
            id bigint PRIMARY KEY CHECK (id = 1),
            calendar_id bigint NOT NULL REFERENCES core.business_calendar,
            terms jsonb NOT NULL CHECK (terms ? 'schema'),
            body jsonb NOT NULL,
            saved_at timestamptz NOT NULL,
            saved_by text NOT NULL
        );
        GRANT SELECT, INSERT ON support.regulation_version TO priyom_app, priyom_free;
        GRANT SELECT, INSERT, UPDATE, DELETE ON support.regulation_draft TO priyom_app, priyom_free;
    """)
    op.execute(_REVISIONS)


def downgrade() -> None:
    """Nothing is taken back: restore a backup instead."""
