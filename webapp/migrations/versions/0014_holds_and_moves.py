"""How often a session was moved, since when it is reserved; one e-mail address in all its spellings."""

from __future__ import annotations

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns, and the function that the limit on a person's holds compares by."""
    op.execute(_COLUMNS)
    op.execute(_FOLDED)


def downgrade() -> None:
    """Nothing is taken back: restore a backup instead."""


_COLUMNS = """
    ALTER TABLE sessions.remote_session
        ADD COLUMN moves integer NOT NULL DEFAULT 0 CHECK (moves >= 0),
        ADD COLUMN reserved_at timestamptz;
"""

# One mailbox has many spellings: its case, what follows a plus, and the dots that Gmail ignores.
_FOLDED = r"""
    CREATE FUNCTION sessions.folded_address(email text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN CASE
        WHEN lower(trim(email)) ~ '@(gmail|googlemail)\.com$' THEN
            replace(split_part(split_part(lower(trim(email)), '@', 1), '+', 1), '.', '') || '@gmail.com'
        ELSE regexp_replace(lower(trim(email)), '\+[^@]*@', '@')
    END;
"""
