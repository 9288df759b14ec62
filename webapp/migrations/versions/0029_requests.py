"""Requests of free support: what was asked and answered, the clocks, the journal of picks."""

from __future__ import annotations

from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

_REQUESTS = """
    -- One row: numbers without gaps, because everybody can see them.
    CREATE TABLE support.numbering (
        id bigint PRIMARY KEY CHECK (id = 1),
        last bigint NOT NULL CHECK (last >= 0)
    );
    INSERT INTO support.numbering VALUES (1, 0);

    CREATE TABLE support.request (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        number bigint NOT NULL UNIQUE CHECK (number > 0),
        state text NOT NULL CHECK (state IN (
            'held', 'open', 'waiting', 'resolved', 'closed', 'merged', 'dropped'
        )),
        source text NOT NULL CHECK (source IN ('form', 'mail', 'call', 'session')),
        product_id bigint NOT NULL REFERENCES catalogue.product,
        author_id bigint NOT NULL REFERENCES people.person,
        organisation_id bigint REFERENCES people.organisation,
        subject text NOT NULL CHECK (subject <> ''),
        -- The answers by the keys of the product's fields, as they were given.
        answers jsonb NOT NULL,
        employees integer NOT NULL CHECK (employees >= 0),
        impact text NOT NULL,
        cannot_collect boolean NOT NULL DEFAULT false,
        regulation_id bigint REFERENCES support.regulation_version,
        class_code text,
        class_reason text,
        written_at timestamptz NOT NULL,
        -- Null while it waits for the company's contact person: no clock runs.
        received_at timestamptz,
        -- The nearest deadline of a clock that runs; null while it rests. The queue's order.
        due_at timestamptz,
        assignee_id bigint REFERENCES people.staff_member,
        resolved_at timestamptz,
        resolution text CHECK (resolution IN ('solution', 'plan')),
        ended_at timestamptz,
        merged_into_id bigint REFERENCES support.request,
        -- An earlier request that this one goes on from; a paid session in which a defect was found.
        follows_id bigint REFERENCES support.request,
        found_in text,
        -- Of a web form: what is sent twice is one request.
        form_key text UNIQUE CHECK (length(form_key) BETWEEN 16 AND 64),
        link_version integer NOT NULL DEFAULT 1,
        -- How many events its ledger has: a chain whose end was cut off holds, but is too short.
        ledger_length integer NOT NULL DEFAULT 0,
        CHECK ((state IN ('held', 'dropped')) = (received_at IS NULL)),
        CHECK ((received_at IS NULL) = (regulation_id IS NULL)),
        CHECK ((received_at IS NULL) = (class_code IS NULL)),
        CHECK ((state = 'merged') = (merged_into_id IS NOT NULL)),
        CHECK (state = 'open' OR due_at IS NULL),
        CHECK ((state IN ('closed', 'merged', 'dropped')) = (ended_at IS NOT NULL)),
        CHECK (state <> 'resolved' OR resolved_at IS NOT NULL)
    );
    CREATE INDEX request_queue ON support.request (due_at, received_at, number) WHERE state = 'open';
    CREATE INDEX request_waiting ON support.request (received_at, number) WHERE state = 'waiting';
    -- For rounds over all clocks that run, whatever the history.
    CREATE INDEX request_going_on ON support.request (id) WHERE state IN ('open', 'waiting');
    CREATE INDEX request_resolved ON support.request (resolved_at) WHERE state = 'resolved';
    CREATE INDEX request_ended ON support.request (ended_at) WHERE state = 'closed';
    CREATE INDEX request_author ON support.request (author_id);
    CREATE INDEX request_organisation ON support.request (organisation_id, number)
        WHERE organisation_id IS NOT NULL;
    CREATE INDEX request_merged ON support.request (merged_into_id) WHERE merged_into_id IS NOT NULL;

    CREATE TABLE support.message (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        request_id bigint NOT NULL REFERENCES support.request,
        -- `staff` is public and written by a person, `system` public and written by none.
        side text NOT NULL CHECK (side IN ('customer', 'staff', 'system')),
        person_id bigint REFERENCES people.person,
        body text NOT NULL,
        at timestamptz NOT NULL,
        -- The mail that carries it, by its id in the outbox, whose rows this role may not read.
        mail_id bigint UNIQUE,
        lost_at timestamptz,
        CHECK ((side = 'system') = (person_id IS NULL))
    );
    CREATE INDEX message_request ON support.message (request_id, id);
    CREATE TABLE support.note (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        request_id bigint NOT NULL REFERENCES support.request,
        staff_id bigint NOT NULL REFERENCES people.staff_member,
        body text NOT NULL CHECK (body <> ''),
        at timestamptz NOT NULL
    );
    CREATE INDEX note_request ON support.note (request_id, id);

    CREATE TABLE support.info_request (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        request_id bigint NOT NULL REFERENCES support.request,
        message_id bigint REFERENCES support.message,
        -- [{code, detail}], never empty: it is all that stops the clocks.
        items jsonb NOT NULL CHECK (jsonb_typeof(items) = 'array' AND jsonb_array_length(items) > 0),
        asked_at timestamptz NOT NULL,
        asked_by bigint REFERENCES people.staff_member,
        ended_at timestamptz,
        CHECK (ended_at IS NULL OR ended_at >= asked_at)
    );
    CREATE UNIQUE INDEX info_request_one_open ON support.info_request (request_id) WHERE ended_at IS NULL;
    CREATE INDEX info_request_request ON support.info_request (request_id, id);
"""

_CLOCKS = """
    CREATE TABLE support.clock_event (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        request_id bigint NOT NULL REFERENCES support.request,
        n integer NOT NULL CHECK (n > 0),
        kind text NOT NULL CHECK (kind IN (
            'received', 'asked', 'customer_wrote', 'answered', 'bounced', 'resolved', 'reopened', 'retargeted'
        )),
        at timestamptz NOT NULL,
        actor text NOT NULL CHECK (actor IN ('system', 'person', 'customer')),
        -- The event that a bounce takes back, by its n.
        about integer,
        response_seconds bigint CHECK (response_seconds >= 0),
        resolution_seconds bigint CHECK (resolution_seconds >= 0),
        recorded_at timestamptz NOT NULL,
        -- SHA-256 over the hash of the event before it (of 32 zero bytes at first) and this event.
        hash bytea NOT NULL CHECK (length(hash) = 32),
        UNIQUE (request_id, n),
        CHECK ((kind = 'bounced') = (about IS NOT NULL))
    );
    CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON support.clock_event
        FOR EACH ROW EXECUTE FUNCTION core.refuse_change();

    -- What the events fold to; made again from them at any time.
    CREATE TABLE support.clock (
        request_id bigint NOT NULL REFERENCES support.request,
        target text NOT NULL CHECK (target IN ('response', 'resolution')),
        target_seconds bigint NOT NULL CHECK (target_seconds >= 0),
        started_at timestamptz NOT NULL,
        -- Business seconds used until `folded_at`, or until it stopped.
        used_seconds bigint NOT NULL CHECK (used_seconds >= 0),
        pauses integer NOT NULL DEFAULT 0,
        paused_since timestamptz,
        due_at timestamptz,
        stopped_at timestamptz,
        outcome text CHECK (outcome IN ('met', 'missed')),
        regulation_id bigint NOT NULL REFERENCES support.regulation_version,
        folded_at timestamptz NOT NULL,
        PRIMARY KEY (request_id, target),
        CHECK ((stopped_at IS NULL) = (outcome IS NULL)),
        CHECK (stopped_at IS NULL OR paused_since IS NULL)
    );
    CREATE INDEX clock_due ON support.clock (due_at, started_at, request_id) WHERE stopped_at IS NULL;
    CREATE INDEX clock_stopped ON support.clock (target, stopped_at) WHERE stopped_at IS NOT NULL;

    CREATE TABLE support.reminder (
        request_id bigint NOT NULL REFERENCES support.request,
        target text NOT NULL CHECK (target IN ('response', 'resolution')),
        share integer NOT NULL CHECK (share IN (50, 75, 90)),
        -- Which run of the clock it belongs to: a reopened request is reminded of again.
        round integer NOT NULL,
        at timestamptz NOT NULL,
        PRIMARY KEY (request_id, target, share, round)
    );

    -- What a round over many clocks found: the nightly one, and the one after a calendar was published.
    CREATE TABLE support.round (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        kind text NOT NULL CHECK (kind IN ('refold', 'recompute')),
        calendar_id bigint REFERENCES core.business_calendar,
        begun_at timestamptz NOT NULL,
        ended_at timestamptz,
        seen integer NOT NULL DEFAULT 0,
        changed integer NOT NULL DEFAULT 0,
        -- Numbers of requests whose ledger doesn't follow from itself.
        broken bigint[] NOT NULL DEFAULT '{}',
        CHECK ((kind = 'recompute') = (calendar_id IS NOT NULL))
    );

    CREATE TABLE support.pick (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        n bigint NOT NULL UNIQUE CHECK (n > 0),
        at timestamptz NOT NULL,
        staff_id bigint NOT NULL REFERENCES people.staff_member,
        request_id bigint NOT NULL REFERENCES support.request,
        -- The ids that stood before it in the queue, the head first; empty: it was the head.
        passed bigint[] NOT NULL,
        -- How many were offered in all.
        offered integer NOT NULL CHECK (offered > 0),
        reason text CHECK (reason IN ('skill', 'merged', 'incident')),
        hash bytea NOT NULL CHECK (length(hash) = 32),
        CHECK ((cardinality(passed) = 0) = (reason IS NULL))
    );
    CREATE INDEX pick_at ON support.pick (at);
    CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON support.pick
        FOR EACH ROW EXECUTE FUNCTION core.refuse_change();
"""

_PAUSES = """
    -- Nothing rests a clock but a list of what is missing: no bare status, and no bare event.
    CREATE FUNCTION support.refuse_bare_pause() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        which bigint := CASE TG_TABLE_NAME WHEN 'request' THEN NEW.id
            ELSE (to_jsonb(NEW) ->> 'request_id')::bigint END;
        stands text := (SELECT state FROM support.request WHERE id = which);
        asked boolean := EXISTS (
            SELECT FROM support.info_request WHERE request_id = which AND ended_at IS NULL
        );
    BEGIN
        IF (stands = 'waiting' AND NOT asked) OR (stands = 'open' AND asked) THEN
            RAISE EXCEPTION 'request % is % against its information request', which, stands
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NULL;
    END $$;
    CREATE CONSTRAINT TRIGGER no_bare_pause AFTER INSERT OR UPDATE OF state ON support.request
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.state = 'waiting')
        EXECUTE FUNCTION support.refuse_bare_pause();
    CREATE CONSTRAINT TRIGGER no_bare_end AFTER UPDATE OF state ON support.request
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.state = 'open')
        EXECUTE FUNCTION support.refuse_bare_pause();
    CREATE CONSTRAINT TRIGGER no_bare_pause AFTER INSERT OR UPDATE OF ended_at ON support.info_request
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION support.refuse_bare_pause();

    CREATE FUNCTION support.refuse_bare_asking() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NOT EXISTS (
            SELECT FROM support.info_request WHERE request_id = NEW.request_id AND asked_at = NEW.at
        ) THEN
            RAISE EXCEPTION 'request % is said to wait for nothing', NEW.request_id
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NULL;
    END $$;
    CREATE CONSTRAINT TRIGGER no_bare_asking AFTER INSERT ON support.clock_event
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.kind = 'asked')
        EXECUTE FUNCTION support.refuse_bare_asking();
"""

_BESIDE = """
    CREATE TABLE support.canned_text (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        position integer NOT NULL,
        active boolean NOT NULL DEFAULT true
    );
    CREATE TABLE support.canned_version (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        canned_text_id bigint NOT NULL REFERENCES support.canned_text,
        n integer NOT NULL CHECK (n > 0),
        title jsonb NOT NULL CHECK (core.both_languages(title)),
        body jsonb NOT NULL CHECK (core.both_languages(body)),
        at timestamptz NOT NULL,
        by text NOT NULL,
        UNIQUE (canned_text_id, n)
    );
    CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON support.canned_version
        FOR EACH ROW EXECUTE FUNCTION core.refuse_change();

    -- A form that somebody goes on with later, behind a secret link; sealed, and gone after two weeks.
    CREATE TABLE support.draft (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        reference text NOT NULL UNIQUE,
        product_id bigint NOT NULL REFERENCES catalogue.product,
        body_enc bytea NOT NULL,
        saved_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        link_version integer NOT NULL DEFAULT 1
    );
    CREATE INDEX draft_expiring ON support.draft (expires_at);

    CREATE TABLE support.rating (
        request_id bigint PRIMARY KEY REFERENCES support.request,
        grade text NOT NULL CHECK (grade IN ('helped', 'partly', 'not')),
        at timestamptz NOT NULL
    );
    -- The neutral mention of the paid session: once a request.
    CREATE TABLE support.mention (
        request_id bigint PRIMARY KEY REFERENCES support.request,
        why text NOT NULL CHECK (why IN ('cannot_collect', 'asked')),
        at timestamptz NOT NULL,
        staff_id bigint NOT NULL REFERENCES people.staff_member,
        declined_at timestamptz
    );
    CREATE TABLE support.request_session (
        request_id bigint NOT NULL REFERENCES support.request,
        session_id bigint PRIMARY KEY REFERENCES sessions.remote_session,
        arranged_at timestamptz NOT NULL,
        arranged_by bigint NOT NULL REFERENCES people.staff_member
    );
    CREATE INDEX request_session_request ON support.request_session (request_id);

    GRANT SELECT, UPDATE ON support.numbering TO priyom_app, priyom_free;
    GRANT SELECT, INSERT, UPDATE ON support.request, support.message, support.info_request, support.clock,
        support.canned_text, support.mention, support.round TO priyom_app, priyom_free;
    GRANT SELECT, INSERT ON support.note, support.clock_event, support.reminder, support.pick,
        support.canned_version, support.rating, support.request_session TO priyom_app, priyom_free;
    GRANT SELECT, INSERT, UPDATE, DELETE ON support.draft TO priyom_app, priyom_free;
"""


def upgrade() -> None:
    """Add requests with everything that belongs to them."""
    op.execute(_REQUESTS)
    op.execute(_CLOCKS)
    op.execute(_PAUSES)
    op.execute(_BESIDE)


def downgrade() -> None:
    """Nothing is taken back: restore a backup instead."""
