"""What the free flow may change of a request: what its commands write, column by column."""

from __future__ import annotations

from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Narrow the rights; what is written once only (a receipt, a form's key) stays as it was written."""
    op.execute("""
        REVOKE UPDATE ON support.numbering, support.request, support.message, support.clock FROM priyom_free;
        GRANT UPDATE (last) ON support.numbering TO priyom_free;
        GRANT UPDATE (
            state, cannot_collect, regulation_id, class_code, class_reason, received_at, due_at, assignee_id,
            resolved_at, resolution, ended_at, merged_into_id, form_key, ledger_length
        ) ON support.request TO priyom_free;
        GRANT UPDATE (mail_id, lost_at) ON support.message TO priyom_free;
        GRANT UPDATE (
            target_seconds, used_seconds, pauses, paused_since, due_at, stopped_at, outcome, folded_at
        ) ON support.clock TO priyom_free;

        -- A held request is received once: a right on a column can't tell the first time from the second.
        CREATE FUNCTION support.refuse_second_receipt() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'what a request was received with is never changed'
                USING ERRCODE = 'insufficient_privilege';
        END
        $$;
        CREATE TRIGGER received_once BEFORE UPDATE OF received_at, regulation_id, form_key ON support.request
            FOR EACH ROW WHEN (
                current_user = 'priyom_free' AND (
                    old.received_at IS NOT NULL AND new.received_at IS DISTINCT FROM old.received_at
                    OR old.regulation_id IS NOT NULL AND new.regulation_id IS DISTINCT FROM old.regulation_id
                    OR old.form_key IS NOT NULL AND new.form_key IS DISTINCT FROM old.form_key
                )
            ) EXECUTE FUNCTION support.refuse_second_receipt();

        -- One row: how many lines the journal of picks has. A chain whose end was cut off holds, but is too
        -- short. Not beside the last request's number: who takes both would wait for who takes them the
        -- other way round.
        CREATE TABLE support.pick_count (
            id bigint PRIMARY KEY CHECK (id = 1),
            last bigint NOT NULL CHECK (last >= 0)
        );
        INSERT INTO support.pick_count SELECT 1, coalesce(max(n), 0) FROM support.pick;
        GRANT SELECT, UPDATE (last) ON support.pick_count TO priyom_app, priyom_free;

        -- Two more looks of the night: the journal of picks, and a portion of what has ended; `reached` is
        -- the id at which the next portion goes on.
        ALTER TABLE support.round DROP CONSTRAINT round_kind_check;
        ALTER TABLE support.round ADD CONSTRAINT round_kind_check
            CHECK (kind IN ('refold', 'recompute', 'picks', 'ended'));
        ALTER TABLE support.round ADD COLUMN reached bigint NOT NULL DEFAULT 0;
    """)


def downgrade() -> None:
    """Nothing is taken back: restore a backup instead."""
