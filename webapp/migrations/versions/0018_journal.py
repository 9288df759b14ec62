"""The journal of double entry, and payments that come by bank."""

from __future__ import annotations

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the journal, let money come by bank, and post what came before there was a journal."""
    for part in (_JOURNAL, _BY_BANK, _NEVER_TWICE_GIVEN, _POSTED_LATER, _WALLS, _VIEWS, _RUNS):
        op.execute(part)
    for table in ("entry", "line", "reconciliation_run"):
        op.execute(f"""
            CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON billing.{table}
                FOR EACH ROW EXECUTE FUNCTION core.refuse_change();
            CREATE TRIGGER never_emptied BEFORE TRUNCATE ON billing.{table}
                FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();
            GRANT SELECT, INSERT ON billing.{table} TO priyom_app;
        """)


def downgrade() -> None:
    """Nothing is taken back: restore a backup instead."""


_JOURNAL = """
    CREATE TABLE billing.entry (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        seller_id bigint NOT NULL REFERENCES billing.seller,
        source text NOT NULL CHECK (source IN ('payment', 'allocation', 'refund', 'document',
            'dispute', 'fee')),
        source_id bigint NOT NULL,
        kind text NOT NULL CHECK (kind IN ('capture', 'allocation', 'deallocation', 'act', 'set_off',
            'unset_off', 'refund_approved', 'refund_settled', 'refund_failed', 'refund_cancelled',
            'dispute_opened', 'dispute_won', 'dispute_lost', 'fee', 'credit_note')),
        booked_on date NOT NULL,
        at timestamptz NOT NULL,
        order_id bigint REFERENCES billing."order",
        note jsonb,
        -- The last wall against posting a fact twice, whatever the deliveries.
        UNIQUE (source, source_id, kind)
    );
    CREATE INDEX entry_booked ON billing.entry (seller_id, booked_on, id);
    CREATE INDEX entry_order ON billing.entry (order_id) WHERE order_id IS NOT NULL;

    -- A debit is above zero, a credit below.
    CREATE TABLE billing.line (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        entry_id bigint NOT NULL REFERENCES billing.entry,
        account text NOT NULL CHECK (account IN ('bank', 'clearing', 'unapplied', 'advances',
            'receivable', 'revenue', 'vat', 'refunds_in_transit', 'disputed', 'dispute_losses',
            'provider_fees', 'rounding')),
        minor bigint NOT NULL CHECK (minor <> 0),
        currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
        bill_id bigint REFERENCES billing.bill,
        payment_id bigint REFERENCES billing.payment,
        refund_id bigint REFERENCES billing.refund,
        vat_rate integer CHECK (vat_rate BETWEEN 0 AND 10000),
        CHECK (account <> 'unapplied' OR payment_id IS NOT NULL),
        CHECK (account NOT IN ('advances', 'receivable', 'revenue', 'vat') OR bill_id IS NOT NULL),
        CHECK (account <> 'refunds_in_transit' OR refund_id IS NOT NULL)
    );
    CREATE INDEX line_entry ON billing.line (entry_id);
    CREATE INDEX line_bill ON billing.line (bill_id) WHERE bill_id IS NOT NULL;
    CREATE INDEX line_payment ON billing.line (payment_id) WHERE payment_id IS NOT NULL;
"""

_BY_BANK = """
    ALTER TABLE billing.payment
        ALTER COLUMN attempt_id DROP NOT NULL,
        ALTER COLUMN intent_ref DROP NOT NULL,
        ADD COLUMN bank_line_id bigint UNIQUE,
        ADD COLUMN seller_id bigint REFERENCES billing.seller,
        ADD COLUMN received_on date,
        ADD COLUMN payer_name text,
        ADD COLUMN payer_inn text;
    ALTER TABLE billing.payment DISABLE TRIGGER append_only;
    UPDATE billing.payment SET seller_id = seller.id,
            received_on = (captured_at AT TIME ZONE seller.zone)::date
        FROM billing.attempt JOIN billing.bill ON bill.id = attempt.bill_id
            JOIN billing."order" ON "order".id = bill.order_id
            JOIN billing.seller ON seller.id = "order".seller_id
        WHERE attempt.id = payment.attempt_id;
    ALTER TABLE billing.payment ENABLE TRIGGER append_only;
    ALTER TABLE billing.payment
        ALTER COLUMN seller_id SET NOT NULL,
        ALTER COLUMN received_on SET NOT NULL,
        ADD CONSTRAINT payment_came_one_way CHECK ((attempt_id IS NULL) <> (bank_line_id IS NULL)),
        ADD CONSTRAINT payment_by_card CHECK (attempt_id IS NULL OR intent_ref IS NOT NULL);

    ALTER TABLE billing.refund
        ADD COLUMN order_id bigint REFERENCES billing."order",
        ADD COLUMN way text NOT NULL DEFAULT 'provider' CHECK (way IN ('provider', 'bank_transfer')),
        -- The line of a statement that shows the money gone.
        ADD COLUMN bank_line_id bigint UNIQUE,
        DROP CONSTRAINT refund_check1,
        ADD CONSTRAINT refund_is_seen CHECK (state NOT IN ('pending', 'succeeded')
            OR provider_ref IS NOT NULL OR way = 'bank_transfer'),
        ADD CONSTRAINT refund_by_bank_is_seen CHECK (way <> 'bank_transfer' OR state <> 'succeeded'
            OR bank_line_id IS NOT NULL);
    UPDATE billing.refund SET order_id = bill.order_id
        FROM billing.payment JOIN billing.attempt ON attempt.id = payment.attempt_id
            JOIN billing.bill ON bill.id = attempt.bill_id
        WHERE payment.id = refund.payment_id;
    CREATE INDEX refund_order ON billing.refund (order_id, id);

    -- What the customer was let off of a bill: given back by hand, or by a credit note.
    ALTER TABLE billing.bill ADD COLUMN reduced_minor bigint NOT NULL DEFAULT 0,
        ADD CONSTRAINT bill_reduced CHECK (reduced_minor BETWEEN 0 AND total_minor);
    -- A match that was taken back may be made again.
    DROP INDEX billing.allocation_once;
    CREATE INDEX allocation_payment ON billing.allocation (payment_id);
"""

# What was given back by hand stayed put to its bill until now; from here on it lowers the bill.
_NEVER_TWICE_GIVEN = """
    DO $$
    DECLARE paid record; put record; over bigint; part bigint;
    BEGIN
        FOR paid IN SELECT payment.id, payment.amount_minor FROM billing.payment ORDER BY id LOOP
            SELECT coalesce((SELECT sum(amount_minor) FROM billing.allocation
                    WHERE payment_id = paid.id), 0)
                + coalesce((SELECT sum(amount_minor) FROM billing.refund WHERE payment_id = paid.id
                    AND state IN ('approved', 'submitted', 'pending', 'succeeded')), 0)
                - paid.amount_minor INTO over;
            FOR put IN SELECT a.* FROM billing.allocation a WHERE a.payment_id = paid.id
                    AND a.reverses_id IS NULL
                    AND NOT EXISTS (SELECT FROM billing.allocation r WHERE r.reverses_id = a.id)
                    ORDER BY a.id DESC LOOP
                EXIT WHEN over <= 0;
                part := least(over, put.amount_minor);
                INSERT INTO billing.allocation
                    (payment_id, bill_id, amount_minor, reverses_id, allocated_at)
                    VALUES (paid.id, put.bill_id, -put.amount_minor, put.id, now());
                IF part < put.amount_minor THEN
                    INSERT INTO billing.allocation (payment_id, bill_id, amount_minor, allocated_at)
                        VALUES (paid.id, put.bill_id, put.amount_minor - part, now());
                END IF;
                UPDATE billing.bill SET reduced_minor = reduced_minor + part WHERE id = put.bill_id;
                over := over - part;
            END LOOP;
        END LOOP;
    END $$;
"""

_POSTED_LATER = """
    CREATE TEMPORARY TABLE fact ON COMMIT DROP AS
        SELECT 'payment' AS source, p.id AS source_id, 'capture' AS kind, p.captured_at AS at,
            'clearing' AS debit, 'unapplied' AS credit, p.amount_minor AS minor,
            NULL::bigint AS bill_id, p.id AS payment_id, NULL::bigint AS refund_id
            FROM billing.payment p
        UNION ALL
        SELECT 'allocation', a.id, CASE WHEN a.amount_minor > 0 THEN 'allocation' ELSE 'deallocation' END,
            a.allocated_at, 'unapplied', 'advances', a.amount_minor, a.bill_id, a.payment_id, NULL
            FROM billing.allocation a
        UNION ALL
        SELECT 'refund', r.id, 'refund_approved', r.approved_at, 'unapplied', 'refunds_in_transit',
            r.amount_minor, NULL, r.payment_id, r.id
            FROM billing.refund r WHERE r.state IN ('approved', 'submitted', 'pending', 'succeeded')
        UNION ALL
        SELECT 'refund', r.id, 'refund_settled', r.ended_at, 'refunds_in_transit', 'clearing',
            r.amount_minor, NULL, r.payment_id, r.id
            FROM billing.refund r WHERE r.state = 'succeeded';
    INSERT INTO billing.entry (seller_id, source, source_id, kind, booked_on, at, order_id)
        SELECT p.seller_id, f.source, f.source_id, f.kind, (f.at AT TIME ZONE s.zone)::date, f.at,
            coalesce(put.order_id, paid.order_id)
        FROM fact f JOIN billing.payment p ON p.id = f.payment_id
            JOIN billing.seller s ON s.id = p.seller_id
            JOIN billing.attempt ON attempt.id = p.attempt_id
            JOIN billing.bill paid ON paid.id = attempt.bill_id
            LEFT JOIN billing.bill put ON put.id = f.bill_id
        ORDER BY f.at, f.source DESC, f.source_id;
    INSERT INTO billing.line (entry_id, account, minor, currency, bill_id, payment_id, refund_id)
        SELECT e.id, side.account, side.minor, p.amount_currency, f.bill_id, f.payment_id, f.refund_id
        FROM fact f JOIN billing.payment p ON p.id = f.payment_id
            JOIN billing.entry e USING (source, source_id, kind)
            CROSS JOIN LATERAL (VALUES (1, f.debit, f.minor), (2, f.credit, -f.minor))
                AS side (n, account, minor)
        ORDER BY e.id, side.n;
"""

_WALLS = """
    CREATE FUNCTION billing.refuse_unbalanced() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE entry bigint := CASE TG_TABLE_NAME WHEN 'entry' THEN NEW.id
        ELSE (to_jsonb(NEW) ->> 'entry_id')::bigint END;
    BEGIN
        IF NOT EXISTS (SELECT FROM billing.line WHERE entry_id = entry) OR EXISTS (
                SELECT FROM billing.line WHERE entry_id = entry
                GROUP BY currency HAVING sum(minor) <> 0) THEN
            RAISE EXCEPTION 'journal entry % is not balanced', entry USING ERRCODE = 'check_violation';
        END IF;
        RETURN NULL;
    END $$;
    CREATE CONSTRAINT TRIGGER balanced AFTER INSERT ON billing.entry
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION billing.refuse_unbalanced();
    CREATE CONSTRAINT TRIGGER balanced AFTER INSERT ON billing.line
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION billing.refuse_unbalanced();

    -- Payments are read-only to who serves; these lock them as their owner.
    CREATE FUNCTION billing.lock_payment(which bigint) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
        SELECT 1 FROM billing.payment WHERE id = which FOR NO KEY UPDATE
    $$;
    REVOKE ALL ON FUNCTION billing.lock_payment FROM public;
    GRANT EXECUTE ON FUNCTION billing.lock_payment TO priyom_app;

    CREATE FUNCTION billing.refuse_overdrawn_payment(which bigint) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    DECLARE came bigint; put bigint; asked bigint; given bigint;
    BEGIN
        SELECT amount_minor INTO came FROM billing.payment WHERE id = which FOR NO KEY UPDATE;
        -- Only now, after the wait: what the other one committed is seen.
        SELECT coalesce(sum(amount_minor), 0) INTO put FROM billing.allocation WHERE payment_id = which;
        SELECT coalesce(sum(amount_minor), 0),
            coalesce(sum(amount_minor) FILTER (WHERE state <> 'requested'), 0)
            INTO asked, given FROM billing.refund WHERE payment_id = which
            AND state IN ('requested', 'approved', 'submitted', 'pending', 'succeeded');
        IF put < 0 OR put + given > came OR asked > came THEN
            RAISE EXCEPTION 'payment % is given away twice', which USING ERRCODE = 'check_violation';
        END IF;
    END $$;
    REVOKE ALL ON FUNCTION billing.refuse_overdrawn_payment FROM public;

    CREATE FUNCTION billing.check_allocation() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    DECLARE total bigint; put bigint;
    BEGIN
        SELECT total_minor INTO total FROM billing.bill WHERE id = NEW.bill_id FOR NO KEY UPDATE;
        SELECT sum(amount_minor) INTO put FROM billing.allocation WHERE bill_id = NEW.bill_id;
        IF put NOT BETWEEN 0 AND total THEN
            RAISE EXCEPTION 'bill % is paid beyond its total', NEW.bill_id USING ERRCODE = 'check_violation';
        END IF;
        IF NEW.reverses_id IS NOT NULL AND NOT EXISTS (SELECT FROM billing.allocation
                WHERE id = NEW.reverses_id AND payment_id = NEW.payment_id AND bill_id = NEW.bill_id
                AND amount_minor = -NEW.amount_minor) THEN
            RAISE EXCEPTION 'allocation % reverses another sum', NEW.id USING ERRCODE = 'check_violation';
        END IF;
        PERFORM billing.refuse_overdrawn_payment(NEW.payment_id);
        RETURN NULL;
    END $$;
    CREATE TRIGGER within_its_sums AFTER INSERT ON billing.allocation
        FOR EACH ROW EXECUTE FUNCTION billing.check_allocation();

    CREATE FUNCTION billing.check_refund() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    BEGIN
        PERFORM billing.refuse_overdrawn_payment(NEW.payment_id);
        RETURN NULL;
    END $$;
    CREATE TRIGGER within_its_payment AFTER INSERT OR UPDATE OF state, amount_minor ON billing.refund
        FOR EACH ROW WHEN (NEW.state IN ('requested', 'approved', 'submitted', 'pending', 'succeeded'))
        EXECUTE FUNCTION billing.check_refund();
"""

_VIEWS = """
    CREATE VIEW billing.payment_balance AS
        SELECT payment_id, currency,
            coalesce(-sum(minor) FILTER (WHERE bill_id IS NULL AND refund_id IS NULL), 0)::bigint AS captured,
            coalesce(sum(minor) FILTER (WHERE bill_id IS NOT NULL), 0)::bigint AS applied,
            coalesce(sum(minor) FILTER (WHERE refund_id IS NOT NULL), 0)::bigint AS refunded,
            (-sum(minor))::bigint AS unapplied
        FROM billing.line WHERE account = 'unapplied' GROUP BY payment_id, currency;

    CREATE VIEW billing.bill_balance AS
        SELECT bill.id AS bill_id, bill.total_currency AS currency,
            coalesce(sums.put, 0) AS put,
            coalesce(sums.recognised, 0) AS recognised,
            coalesce(sums.set_off, 0) AS set_off,
            coalesce(sums.advances, 0) AS advances,
            coalesce(sums.receivable, 0) AS receivable,
            CASE bill.state WHEN 'void' THEN 0
                ELSE bill.total_minor - bill.reduced_minor - coalesce(sums.put, 0) END AS owed
        FROM billing.bill LEFT JOIN LATERAL (
            SELECT
                (-sum(minor) FILTER (WHERE account = 'advances' AND payment_id IS NOT NULL))::bigint AS put,
                (-sum(minor) FILTER (WHERE account IN ('revenue', 'vat')))::bigint AS recognised,
                (sum(minor) FILTER (WHERE account = 'advances' AND payment_id IS NULL))::bigint AS set_off,
                (-sum(minor) FILTER (WHERE account = 'advances'))::bigint AS advances,
                (sum(minor) FILTER (WHERE account = 'receivable'))::bigint AS receivable
            FROM billing.line WHERE line.bill_id = bill.id
        ) AS sums ON true;
    GRANT SELECT ON billing.payment_balance, billing.bill_balance TO priyom_app;
"""

_RUNS = """
    -- One row for each time all sums were looked at; green: nothing was found.
    CREATE TABLE billing.reconciliation_run (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        at timestamptz NOT NULL,
        green boolean NOT NULL,
        findings jsonb NOT NULL
    );
    CREATE INDEX reconciliation_run_green ON billing.reconciliation_run (at DESC) WHERE green;
"""
