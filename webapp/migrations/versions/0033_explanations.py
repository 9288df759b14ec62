"""What we say of a deadline that we missed: a sentence beside the figure, in both languages."""

from __future__ import annotations

from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the explanations; the last one of a miss is shown, all of them stay."""
    op.execute("""
        CREATE TABLE support.explanation (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            request_id bigint NOT NULL,
            target text NOT NULL,
            words jsonb NOT NULL CHECK (core.both_languages(words)),
            at timestamptz NOT NULL,
            by text NOT NULL,
            FOREIGN KEY (request_id, target) REFERENCES support.clock
        );
        CREATE INDEX explanation_clock ON support.explanation (request_id, target, id);
        CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON support.explanation
            FOR EACH ROW EXECUTE FUNCTION core.refuse_change();
        GRANT SELECT, INSERT ON support.explanation TO priyom_app, priyom_free;
    """)


def downgrade() -> None:
    """Nothing is taken back: restore a backup instead."""
