"""Attempts to pay, money that came, refunds, the provider's events, tasks for people."""

from __future__ import annotations

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create what turns a bill into money, and money back."""
    op.execute("""
        CREATE TABLE billing.task (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            reference text NOT NULL UNIQUE,
            kind text NOT NULL,
            subject text NOT NULL,
            facts jsonb NOT NULL,
            -- One open task about one thing, however often it is noticed.
            about text NOT NULL,
            state text NOT NULL CHECK (state IN ('open', 'done')),
            opened_at timestamptz NOT NULL,
            closed_at timestamptz,
            closed_by text,
            note text,
            CHECK ((state = 'done') = (closed_at IS NOT NULL AND closed_by IS NOT NULL))
        );
        CREATE UNIQUE INDEX task_once ON billing.task (about) WHERE state = 'open';
        CREATE INDEX task_subject ON billing.task (subject, id);

        CREATE TABLE billing.attempt (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            reference text NOT NULL UNIQUE,
            bill_id bigint NOT NULL REFERENCES billing.bill,
            state text NOT NULL CHECK (state IN ('created', 'open', 'processing', 'captured',
                'failed', 'expired', 'abandoned')),
            amount_minor bigint NOT NULL CHECK (amount_minor > 0),
            amount_currency text NOT NULL CHECK (amount_currency ~ '^[A-Z]{3}$'),
            livemode boolean NOT NULL,
            -- Exactly what the provider is asked, with which key: repeated, never made anew.
            key text NOT NULL UNIQUE,
            params jsonb NOT NULL,
            provider_ref text UNIQUE,
            intent_ref text UNIQUE,
            page_url text,
            expires_at timestamptz NOT NULL,
            created_at timestamptz NOT NULL,
            ended_at timestamptz,
            next_check_at timestamptz,
            checks integer NOT NULL DEFAULT 0,
            error text,
            CHECK (state IN ('created', 'failed', 'abandoned') OR provider_ref IS NOT NULL),
            CHECK (state IN ('created', 'open', 'processing') OR ended_at IS NOT NULL)
        );
        CREATE UNIQUE INDEX attempt_one_live ON billing.attempt (bill_id)
            WHERE state IN ('created', 'open', 'processing');
        CREATE INDEX attempt_bill ON billing.attempt (bill_id, id);
        CREATE INDEX attempt_due ON billing.attempt (next_check_at) WHERE next_check_at IS NOT NULL;

        -- Money is a fact: one row for one capture, for ever.
        CREATE TABLE billing.payment (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            reference text NOT NULL UNIQUE,
            attempt_id bigint NOT NULL UNIQUE REFERENCES billing.attempt,
            amount_minor bigint NOT NULL CHECK (amount_minor > 0),
            amount_currency text NOT NULL CHECK (amount_currency ~ '^[A-Z]{3}$'),
            livemode boolean NOT NULL,
            intent_ref text NOT NULL UNIQUE,
            charge_ref text UNIQUE,
            method text,
            captured_at timestamptz NOT NULL
        );

        CREATE TABLE billing.allocation (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            payment_id bigint NOT NULL REFERENCES billing.payment,
            bill_id bigint NOT NULL REFERENCES billing.bill,
            amount_minor bigint NOT NULL CHECK (amount_minor <> 0),
            reverses_id bigint UNIQUE REFERENCES billing.allocation,
            allocated_at timestamptz NOT NULL,
            CHECK ((reverses_id IS NULL) = (amount_minor > 0))
        );
        CREATE UNIQUE INDEX allocation_once ON billing.allocation (payment_id, bill_id)
            WHERE reverses_id IS NULL;
        CREATE INDEX allocation_bill ON billing.allocation (bill_id);

        CREATE TABLE billing.refund (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            reference text NOT NULL UNIQUE,
            payment_id bigint NOT NULL REFERENCES billing.payment,
            amount_minor bigint NOT NULL CHECK (amount_minor > 0),
            amount_currency text NOT NULL CHECK (amount_currency ~ '^[A-Z]{3}$'),
            reason text NOT NULL,
            state text NOT NULL CHECK (state IN ('requested', 'approved', 'submitted', 'pending',
                'succeeded', 'failed', 'cancelled')),
            key text NOT NULL UNIQUE,
            provider_ref text UNIQUE,
            requested_by text NOT NULL,
            requested_at timestamptz NOT NULL,
            approved_by text,
            approved_at timestamptz,
            submitted_at timestamptz,
            ended_at timestamptz,
            next_check_at timestamptz,
            checks integer NOT NULL DEFAULT 0,
            error text,
            CHECK (state IN ('requested', 'cancelled') OR approved_by IS NOT NULL),
            CHECK (state NOT IN ('pending', 'succeeded') OR provider_ref IS NOT NULL)
        );
        CREATE INDEX refund_payment ON billing.refund (payment_id, id);
        CREATE INDEX refund_due ON billing.refund (next_check_at) WHERE next_check_at IS NOT NULL;

        -- What the provider told us of, by id; the facts are fetched, never believed from here.
        CREATE TABLE billing.inbox (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            event_ref text NOT NULL UNIQUE,
            kind text NOT NULL,
            object_ref text NOT NULL,
            livemode boolean NOT NULL,
            happened_at timestamptz NOT NULL,
            received_at timestamptz NOT NULL,
            state text NOT NULL CHECK (state IN ('waiting', 'done', 'ignored', 'unknown')),
            tries integer NOT NULL DEFAULT 0,
            next_try_at timestamptz,
            ended_at timestamptz,
            error text,
            CHECK ((state = 'waiting') = (next_try_at IS NOT NULL))
        );
        CREATE INDEX inbox_due ON billing.inbox (next_try_at) WHERE next_try_at IS NOT NULL;
        CREATE INDEX inbox_newest ON billing.inbox (received_at DESC, id DESC);
    """)
    for table in ("payment", "allocation"):
        op.execute(f"""
            CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON billing.{table}
                FOR EACH ROW EXECUTE FUNCTION core.refuse_change();
            CREATE TRIGGER never_emptied BEFORE TRUNCATE ON billing.{table}
                FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();
            GRANT SELECT, INSERT ON billing.{table} TO priyom_app;
        """)
    op.execute("""
        GRANT SELECT, INSERT, UPDATE ON
            billing.task, billing.attempt, billing.refund, billing.inbox TO priyom_app;
    """)


def downgrade() -> None:
    """Nothing is taken back: restore a backup instead."""
