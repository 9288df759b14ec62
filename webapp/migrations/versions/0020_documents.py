"""Numbers and issued documents, the files they were set as; what a specialist reports of a session."""

from __future__ import annotations

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_COUNTER = """
    CREATE TABLE billing.counter (
        seller_id bigint NOT NULL REFERENCES billing.seller,
        kind text NOT NULL CHECK (kind IN ('schet', 'act', 'credit_note', 'receipt', 'upd')),
        year integer NOT NULL CHECK (year BETWEEN 2000 AND 2999),
        last integer NOT NULL CHECK (last > 0),
        -- The date of the newest number: later numbers bear no earlier one.
        last_on date NOT NULL CHECK (extract(year FROM last_on) = year),
        PRIMARY KEY (seller_id, kind, year)
    );
    -- The wall against gaps and rewinding, whoever writes.
    CREATE FUNCTION billing.count_by_one() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'INSERT' AND NEW.last = 1 THEN
            RETURN NEW;
        END IF;
        IF TG_OP = 'UPDATE' AND NEW.last = OLD.last + 1 AND NEW.last_on >= OLD.last_on
            AND (NEW.seller_id, NEW.kind, NEW.year) = (OLD.seller_id, OLD.kind, OLD.year) THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'numbers are counted one by one' USING ERRCODE = 'integrity_constraint_violation';
    END $$;
    CREATE TRIGGER count_by_one BEFORE INSERT OR UPDATE OR DELETE ON billing.counter
        FOR EACH ROW EXECUTE FUNCTION billing.count_by_one();
    GRANT SELECT, INSERT, UPDATE ON billing.counter TO priyom_app;
"""

_DOCUMENT = """
    CREATE TABLE billing.document (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        reference text NOT NULL UNIQUE,
        seller_id bigint NOT NULL REFERENCES billing.seller,
        kind text NOT NULL CHECK (kind IN ('schet', 'act', 'credit_note', 'receipt', 'upd')),
        year integer NOT NULL,
        n integer NOT NULL CHECK (n > 0),
        number text NOT NULL CHECK (number <> ''),
        bill_id bigint NOT NULL REFERENCES billing.bill,
        corrects_id bigint REFERENCES billing.document,
        issued_on date NOT NULL CHECK (extract(year FROM issued_on) = year),
        issued_at timestamptz NOT NULL,
        currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
        net_minor bigint NOT NULL,
        vat_minor bigint NOT NULL,
        gross_minor bigint NOT NULL CHECK (gross_minor >= 0),
        -- What it is found by: the buyer's ИНН, and his name as people.organisation.sort_key has it.
        buyer_inn text NOT NULL,
        buyer_key text NOT NULL,
        content jsonb NOT NULL,
        -- All below is what became of it.
        voided_at timestamptz,
        voided_by text,
        void_reason text,
        refused_at timestamptz,
        refused_reason text,
        edo_state text NOT NULL DEFAULT 'none' CHECK (edo_state IN ('none', 'sent', 'signed', 'rejected')),
        mailed_at timestamptz,
        UNIQUE (seller_id, kind, year, n),
        UNIQUE (seller_id, kind, number),
        CHECK (net_minor + vat_minor = gross_minor),
        CHECK ((kind = 'credit_note') = (corrects_id IS NOT NULL)),
        CHECK ((voided_at IS NULL) = (void_reason IS NULL) AND (voided_at IS NULL) = (voided_by IS NULL)),
        CHECK ((refused_at IS NULL) = (refused_reason IS NULL)),
        CHECK (refused_at IS NULL OR kind = 'act')
    );
    -- One invoice and one act of a bill at a time.
    CREATE UNIQUE INDEX document_one_standing ON billing.document (bill_id, kind)
        WHERE voided_at IS NULL AND kind IN ('schet', 'act');
    CREATE INDEX document_bill ON billing.document (bill_id, id);
    CREATE INDEX document_newest ON billing.document (kind, issued_on DESC, id DESC);
    CREATE INDEX document_number ON billing.document (upper(number) text_pattern_ops);
    CREATE INDEX document_inn ON billing.document (buyer_inn) WHERE buyer_inn <> '';
    CREATE INDEX document_corrects ON billing.document (corrects_id) WHERE corrects_id IS NOT NULL;

    CREATE FUNCTION billing.keep_issued() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'UPDATE'
            AND ROW(NEW.id, NEW.reference, NEW.seller_id, NEW.kind, NEW.year, NEW.n, NEW.number,
                    NEW.bill_id, NEW.corrects_id, NEW.issued_on, NEW.issued_at, NEW.currency,
                    NEW.net_minor, NEW.vat_minor, NEW.gross_minor, NEW.buyer_inn, NEW.buyer_key,
                    NEW.content)
            IS NOT DISTINCT FROM
                ROW(OLD.id, OLD.reference, OLD.seller_id, OLD.kind, OLD.year, OLD.n, OLD.number,
                    OLD.bill_id, OLD.corrects_id, OLD.issued_on, OLD.issued_at, OLD.currency,
                    OLD.net_minor, OLD.vat_minor, OLD.gross_minor, OLD.buyer_inn, OLD.buyer_key,
                    OLD.content)
            -- What was voided or refused stays so.
            AND (OLD.voided_at IS NULL OR ROW(NEW.voided_at, NEW.voided_by, NEW.void_reason)
                IS NOT DISTINCT FROM ROW(OLD.voided_at, OLD.voided_by, OLD.void_reason))
            AND (OLD.refused_at IS NULL OR ROW(NEW.refused_at, NEW.refused_reason)
                IS NOT DISTINCT FROM ROW(OLD.refused_at, OLD.refused_reason)) THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'issued documents are never changed'
            USING ERRCODE = 'integrity_constraint_violation';
    END $$;
    CREATE TRIGGER keep_issued BEFORE UPDATE OR DELETE ON billing.document
        FOR EACH ROW EXECUTE FUNCTION billing.keep_issued();
    GRANT SELECT, INSERT ON billing.document TO priyom_app;
    GRANT UPDATE (voided_at, voided_by, void_reason, refused_at, refused_reason, edo_state, mailed_at)
        ON billing.document TO priyom_app;

    -- The last wall of what is corrected: together never more than the corrected sums (by rate: the code).
    CREATE FUNCTION billing.credit_within() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        whole billing.document;
        given record;
    BEGIN
        SELECT * INTO STRICT whole FROM billing.document WHERE id = NEW.corrects_id FOR UPDATE;
        SELECT coalesce(sum(net_minor), 0) AS net, coalesce(sum(vat_minor), 0) AS vat INTO given
            FROM billing.document WHERE corrects_id = NEW.corrects_id AND voided_at IS NULL;
        IF (whole.seller_id, whole.currency) IS DISTINCT FROM (NEW.seller_id, NEW.currency)
            OR NEW.net_minor + given.net > whole.net_minor
            OR NEW.vat_minor + given.vat > whole.vat_minor THEN
            RAISE EXCEPTION 'credit notes never exceed what they correct'
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER credit_within BEFORE INSERT ON billing.document
        FOR EACH ROW WHEN (NEW.corrects_id IS NOT NULL) EXECUTE FUNCTION billing.credit_within();

    -- What was sent out, byte for byte.
    CREATE TABLE billing.document_file (
        document_id bigint PRIMARY KEY REFERENCES billing.document,
        sha256 text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
        size integer NOT NULL CHECK (size = length(pdf)),
        pdf bytea NOT NULL,
        made_at timestamptz NOT NULL
    );
    CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON billing.document_file
        FOR EACH ROW EXECUTE FUNCTION core.refuse_change();
    GRANT SELECT, INSERT ON billing.document_file TO priyom_app;
"""

_REPORT = """
    CREATE TABLE sessions.report (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        session_id bigint NOT NULL REFERENCES sessions.remote_session,
        version integer NOT NULL CHECK (version > 0),
        result text NOT NULL CHECK (result IN ('solved', 'partly', 'not_solved', 'cut_short')),
        text text NOT NULL,
        -- How long it took, where it was cut short: that is paid for, and no more.
        minutes integer CHECK (minutes >= 0),
        written_by text NOT NULL,
        written_at timestamptz NOT NULL,
        UNIQUE (session_id, version),
        CHECK ((result = 'cut_short') = (minutes IS NOT NULL))
    );
    CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON sessions.report
        FOR EACH ROW EXECUTE FUNCTION core.refuse_change();
    GRANT SELECT, INSERT ON sessions.report TO priyom_app, priyom_free;
"""


def upgrade() -> None:
    """Create counters, documents and their files; reports of sessions."""
    for statements in (_COUNTER, _DOCUMENT, _REPORT):
        op.execute(statements)
    for table in ("billing.counter", "billing.document", "billing.document_file", "sessions.report"):
        op.execute(f"""
            CREATE TRIGGER never_emptied BEFORE TRUNCATE ON {table}
                FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();
        """)


def downgrade() -> None:
    """Nothing is taken back: restore a backup instead."""
