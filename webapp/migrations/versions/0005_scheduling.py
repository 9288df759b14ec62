"""Specialists, their hours and absences, busy time, and the occupancy that forbids overlaps."""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create schema `scheduling`."""
    op.execute(_FUNCTIONS)
    op.execute(_HOURS)
    op.execute(_BUSY)
    op.execute(_RIGHTS)


def downgrade() -> None:
    """Nothing is taken back: restore a backup instead."""


_FUNCTIONS = """
    CREATE SCHEMA scheduling;
    GRANT USAGE ON SCHEMA scheduling TO priyom_app, priyom_free;

    -- One number line for all specialists, so that ranges can exclude each other without an
    -- extension: 2^36 seconds reach beyond the year 4000, 2^27 specialists fit above them.
    CREATE FUNCTION scheduling.seat_span(specialist bigint, during tstzrange) RETURNS int8range
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN int8range(
        (specialist << 36) + floor(extract(epoch FROM lower(during)))::bigint,
        (specialist << 36) + ceil(extract(epoch FROM upper(during)))::bigint,
        '[)'
    );

    CREATE FUNCTION scheduling.whole_minute(instant timestamptz) RETURNS boolean
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN isfinite(instant) AND mod(extract(epoch FROM instant), 60) = 0;

    -- Windows are arrays of whole minutes of the day: [start, end], with the weekday before them.
    CREATE FUNCTION scheduling.windows_hold(windows jsonb, weekly boolean) RETURNS boolean
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN CASE WHEN jsonb_typeof(windows) <> 'array' THEN false ELSE NOT EXISTS (
        SELECT FROM jsonb_array_elements(windows) AS each (w)
        WHERE jsonb_typeof(w) <> 'array'
           OR jsonb_array_length(w) <> CASE WHEN weekly THEN 3 ELSE 2 END
           OR NOT coalesce(w ->> -2 ~ '^[0-9]{1,4}$' AND (w ->> -2)::int <= 1439, false)
           OR NOT coalesce(w ->> -1 ~ '^[0-9]{1,4}$' AND (w ->> -1)::int <= 1440, false)
           OR weekly AND NOT coalesce(w ->> 0 ~ '^[0-6]$', false)
    ) END;
"""

_HOURS = """
    CREATE TABLE scheduling.holiday_set (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        code text NOT NULL UNIQUE,
        name jsonb NOT NULL CHECK (core.both_languages(name))
    );

    CREATE TABLE scheduling.holiday (
        holiday_set_id bigint NOT NULL REFERENCES scheduling.holiday_set,
        day_on date NOT NULL,
        name jsonb CHECK (core.both_languages(name)),
        PRIMARY KEY (holiday_set_id, day_on)
    );

    CREATE TABLE scheduling.specialist (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY CHECK (id < 134217728),
        staff_member_id bigint NOT NULL UNIQUE REFERENCES people.staff_member,
        zone text NOT NULL,
        skills text[] NOT NULL DEFAULT '{}',
        daily_limit integer CHECK (daily_limit > 0),
        desk boolean NOT NULL DEFAULT true,
        holiday_set_id bigint REFERENCES scheduling.holiday_set
    );

    CREATE TABLE scheduling.hours_version (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        specialist_id bigint NOT NULL REFERENCES scheduling.specialist,
        effective_from date NOT NULL,
        windows jsonb NOT NULL CHECK (scheduling.windows_hold(windows, true))
    );
    CREATE INDEX hours_version_latest
        ON scheduling.hours_version (specialist_id, effective_from DESC, id DESC);

    CREATE TABLE scheduling.own_date (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        specialist_id bigint NOT NULL REFERENCES scheduling.specialist,
        day_on date NOT NULL,
        windows jsonb NOT NULL CHECK (scheduling.windows_hold(windows, false))
    );
    CREATE INDEX own_date_of ON scheduling.own_date (specialist_id, day_on);
"""

_BUSY = """
    CREATE TABLE scheduling.absence (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        specialist_id bigint NOT NULL REFERENCES scheduling.specialist,
        during tstzrange NOT NULL CHECK (
            NOT isempty(during) AND lower_inc(during) AND NOT upper_inc(during)
            AND coalesce(scheduling.whole_minute(lower(during)), false)
            AND coalesce(scheduling.whole_minute(upper(during)), false)
        ),
        state text NOT NULL CHECK (state IN ('asked', 'approved')),
        asked_at timestamptz NOT NULL
    );
    CREATE INDEX absence_of ON scheduling.absence (specialist_id, upper(during));

    CREATE TABLE scheduling.external_busy (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        specialist_id bigint NOT NULL REFERENCES scheduling.specialist,
        source text NOT NULL,
        starts_at timestamptz,
        ends_at timestamptz,
        first_on date,
        until_on date,
        transparent boolean NOT NULL DEFAULT false,
        CHECK (num_nulls(starts_at, ends_at) IN (0, 2) AND num_nulls(first_on, until_on) IN (0, 2)),
        CHECK ((starts_at IS NULL) <> (first_on IS NULL)),
        CHECK (starts_at <= ends_at AND isfinite(starts_at) AND isfinite(ends_at)),
        CHECK (first_on <= until_on AND isfinite(first_on) AND isfinite(until_on))
    );
    CREATE INDEX external_busy_of ON scheduling.external_busy (specialist_id, ends_at);
    CREATE INDEX external_busy_dates ON scheduling.external_busy (specialist_id, until_on)
        WHERE first_on IS NOT NULL;

    CREATE TABLE scheduling.occupancy (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        specialist_id bigint NOT NULL REFERENCES scheduling.specialist,
        kind text NOT NULL CHECK (kind IN ('hold', 'reservation', 'booking', 'overbooked')),
        starts_at timestamptz NOT NULL CHECK (scheduling.whole_minute(starts_at)),
        ends_at timestamptz NOT NULL CHECK (scheduling.whole_minute(ends_at)),
        footprint tstzrange NOT NULL CHECK (
            lower_inc(footprint) AND NOT upper_inc(footprint)
            AND coalesce(scheduling.whole_minute(lower(footprint)), false)
            AND coalesce(scheduling.whole_minute(upper(footprint)), false)
            -- The search for busy time looks no further back than this.
            AND upper(footprint) - lower(footprint) <= interval '48 hours'
        ),
        expires_at timestamptz,
        released_at timestamptz,
        assigned_at timestamptz NOT NULL,
        CHECK (starts_at < ends_at),
        CHECK (lower(footprint) <= starts_at AND ends_at <= upper(footprint)),
        CHECK ((kind IN ('hold', 'reservation')) = (expires_at IS NOT NULL)),
        CONSTRAINT occupancy_no_overlap
            EXCLUDE USING gist (scheduling.seat_span(specialist_id, footprint) WITH &&)
            WHERE (released_at IS NULL AND kind <> 'overbooked')
    );
    CREATE INDEX occupancy_busy ON scheduling.occupancy (specialist_id, starts_at)
        WHERE released_at IS NULL;
    CREATE INDEX occupancy_assigned ON scheduling.occupancy (specialist_id, assigned_at DESC);
"""

_RIGHTS = """
    GRANT SELECT, INSERT, UPDATE ON scheduling.holiday_set, scheduling.specialist,
        scheduling.absence, scheduling.external_busy, scheduling.occupancy TO priyom_app;
    GRANT SELECT, INSERT, UPDATE, DELETE ON scheduling.holiday, scheduling.own_date TO priyom_app;
    GRANT SELECT, INSERT ON scheduling.hours_version TO priyom_app;
    GRANT DELETE ON scheduling.absence, scheduling.external_busy TO priyom_app;

    -- The free flow schedules as well: it reads who works when, and takes time.
    GRANT SELECT ON scheduling.holiday_set, scheduling.holiday, scheduling.specialist,
        scheduling.hours_version, scheduling.own_date, scheduling.absence,
        scheduling.external_busy TO priyom_free;
    GRANT SELECT, INSERT, UPDATE ON scheduling.occupancy TO priyom_free;
"""
