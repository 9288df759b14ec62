"""Bank statements and their lines."""

from __future__ import annotations

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_STATEMENTS = """
    -- Which columns of a bank's table mean what, so that it is said once.
    CREATE TABLE billing.statement_mapping (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        seller_id bigint NOT NULL REFERENCES billing.seller,
        name text NOT NULL CHECK (name <> ''),
        columns jsonb NOT NULL,
        changed_at timestamptz NOT NULL,
        UNIQUE (seller_id, name)
    );
    GRANT SELECT, INSERT, UPDATE, DELETE ON billing.statement_mapping TO priyom_app;

    -- A file between its preview and its import; what was imported is kept as it came.
    CREATE TABLE billing.statement_file (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        reference text NOT NULL UNIQUE,
        seller_id bigint NOT NULL REFERENCES billing.seller,
        mapping_id bigint REFERENCES billing.statement_mapping ON DELETE SET NULL,
        name text NOT NULL,
        sha256 text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
        content bytea NOT NULL CHECK (length(content) > 0),
        uploaded_by text NOT NULL,
        uploaded_at timestamptz NOT NULL
    );
    CREATE INDEX statement_file_uploaded ON billing.statement_file (uploaded_at);
    GRANT SELECT, INSERT, DELETE ON billing.statement_file TO priyom_app;

    CREATE TABLE billing.statement (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        reference text NOT NULL UNIQUE,
        seller_id bigint NOT NULL REFERENCES billing.seller,
        file_id bigint NOT NULL UNIQUE REFERENCES billing.statement_file,
        format text NOT NULL CHECK (format IN ('1c', 'camt053', 'mt940', 'csv')),
        sha256 text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
        name text NOT NULL,
        from_on date NOT NULL,
        to_on date NOT NULL,
        balances jsonb NOT NULL,
        lines_new integer NOT NULL CHECK (lines_new >= 0),
        lines_known integer NOT NULL CHECK (lines_known >= 0),
        imported_by text NOT NULL,
        imported_at timestamptz NOT NULL,
        -- When each new line had been looked at.
        matched_at timestamptz,
        CHECK (from_on <= to_on),
        UNIQUE (seller_id, sha256)
    );
    GRANT SELECT, INSERT ON billing.statement TO priyom_app;
    GRANT UPDATE (matched_at) ON billing.statement TO priyom_app;
"""

_LINES = """
    CREATE TABLE billing.bank_line (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        -- Thousands at once: random ones would meet.
        reference text NOT NULL UNIQUE GENERATED ALWAYS AS ('L-' || id) STORED,
        statement_id bigint NOT NULL REFERENCES billing.statement,
        seller_id bigint NOT NULL REFERENCES billing.seller,
        own_account text NOT NULL,
        -- Own account, direction, number, date, amount, the payer's account and ИНН: the wall against
        -- the same document twice, whatever file it comes in.
        identity text NOT NULL UNIQUE,
        direction text NOT NULL CHECK (direction IN ('in', 'out', 'own', 'fee')),
        number text NOT NULL,
        dated_on date NOT NULL,
        booked_on date NOT NULL,
        minor bigint NOT NULL CHECK (minor > 0),
        currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
        payer_account text NOT NULL,
        payer_inn text NOT NULL,
        payer_kpp text NOT NULL,
        payer_name text NOT NULL,
        payer_bic text NOT NULL,
        payee_account text NOT NULL,
        payee_inn text NOT NULL,
        payee_kpp text NOT NULL,
        payee_name text NOT NULL,
        payee_bic text NOT NULL,
        purpose text NOT NULL,
        raw jsonb NOT NULL,
        state text NOT NULL CHECK (state IN ('waiting', 'partly', 'applied', 'set_aside', 'refunded',
            'none')),
        -- Why no rule places it: a code of matching.py, or of who decided.
        reason text,
        looked_at timestamptz,
        set_aside_by text,
        note text,
        CHECK ((state = 'none') = (direction <> 'in')),
        CHECK ((state = 'set_aside') = (set_aside_by IS NOT NULL))
    );
    CREATE INDEX bank_line_statement ON billing.bank_line (statement_id, id);
    CREATE INDEX bank_line_unseen ON billing.bank_line (statement_id, id) WHERE looked_at IS NULL;
    CREATE INDEX bank_line_review ON billing.bank_line (seller_id, id) WHERE state IN ('waiting', 'partly');
    CREATE INDEX bank_line_listed ON billing.bank_line (direction, booked_on DESC, id DESC);
    CREATE INDEX bank_line_payer ON billing.bank_line (payer_inn) WHERE payer_inn <> '';
    GRANT SELECT, INSERT ON billing.bank_line TO priyom_app;
    GRANT UPDATE (state, reason, looked_at, set_aside_by, note) ON billing.bank_line TO priyom_app;

    ALTER TABLE billing.payment ADD CONSTRAINT payment_of_line
        FOREIGN KEY (bank_line_id) REFERENCES billing.bank_line;
    ALTER TABLE billing.refund ADD CONSTRAINT refund_seen_in_line
        FOREIGN KEY (bank_line_id) REFERENCES billing.bank_line;

    -- A line says how it stands with its money, whichever way the money went: matches, refunds and
    -- cancelled orders all pass the journal; what was only asked back is promised already.
    CREATE FUNCTION billing.follow_money_of_line() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    DECLARE
        its bigint;
        so billing.payment_balance;
        asked bigint;
        is_now text;
    BEGIN
        SELECT bank_line_id INTO its FROM billing.payment WHERE id = NEW.payment_id;
        IF its IS NULL THEN
            RETURN NULL;
        END IF;
        SELECT * INTO so FROM billing.payment_balance WHERE payment_id = NEW.payment_id;
        SELECT coalesce(sum(amount_minor), 0) INTO asked FROM billing.refund
            WHERE payment_id = NEW.payment_id AND state = 'requested';
        is_now := CASE
            WHEN so.unapplied <= asked AND so.applied = 0 THEN 'refunded'
            WHEN so.unapplied <= asked THEN 'applied'
            WHEN so.applied + so.refunded + asked > 0 THEN 'partly'
            ELSE 'waiting' END;
        UPDATE billing.bank_line SET state = is_now, set_aside_by = NULL
            WHERE id = its AND state IS DISTINCT FROM is_now;
        RETURN NULL;
    END $$;
    REVOKE ALL ON FUNCTION billing.follow_money_of_line FROM public;
    CREATE TRIGGER follow_money_of_line AFTER INSERT ON billing.line
        FOR EACH ROW WHEN (NEW.account = 'unapplied') EXECUTE FUNCTION billing.follow_money_of_line();
    CREATE TRIGGER follow_money_of_line AFTER INSERT OR UPDATE OF state ON billing.refund
        FOR EACH ROW WHEN (NEW.way = 'bank_transfer') EXECUTE FUNCTION billing.follow_money_of_line();
"""


def upgrade() -> None:
    """Create statements, their files and lines; lines follow the journal."""
    op.execute(_STATEMENTS)
    op.execute(_LINES)
    for table in ("statement", "bank_line"):
        op.execute(f"""
            CREATE TRIGGER never_emptied BEFORE TRUNCATE ON billing.{table}
                FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();
        """)


def downgrade() -> None:
    """Nothing is taken back: restore a backup instead."""
