"""Bank accounts of organisations, and what a seller's documents say of him."""

from __future__ import annotations

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create bank accounts; let a seller name who signs, and how his advances are taxed."""
    op.execute("""
        CREATE TABLE people.bank_account (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            organisation_id bigint NOT NULL REFERENCES people.organisation,
            currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
            bank_name text NOT NULL CHECK (btrim(bank_name) <> ''),
            city text NOT NULL DEFAULT '',
            -- In Russia: bic, corr_account and 20 digits; elsewhere an IBAN, or the bank's own number.
            bic text NOT NULL DEFAULT '',
            corr_account text NOT NULL DEFAULT '',
            account text NOT NULL CHECK (account ~ '^[0-9A-Z]{4,34}$'),
            swift text NOT NULL DEFAULT '',
            is_main boolean NOT NULL,
            active boolean NOT NULL DEFAULT true,
            CHECK (bic = '' OR (bic ~ '^[0-9]{9}$' AND account ~ '^[0-9]{20}$')),
            CHECK (active OR NOT is_main),
            UNIQUE (organisation_id, account)
        );
        -- Invoices in one currency name one account.
        CREATE UNIQUE INDEX bank_account_main ON people.bank_account (organisation_id, currency)
            WHERE is_main;

        ALTER TABLE billing.seller
            -- Who signs: empty where nobody is named, and the line on the paper stays blank.
            ADD COLUMN head_position text NOT NULL DEFAULT '',
            ADD COLUMN head_name text NOT NULL DEFAULT '',
            ADD COLUMN accountant_name text NOT NULL DEFAULT '',
            -- Whether the tax register has a line for the VAT of advances.
            ADD COLUMN vat_on_advances boolean NOT NULL DEFAULT true,
            -- Ways of paying after which a fiscal receipt must be given (54-ФЗ).
            ADD COLUMN receipt_methods text[] NOT NULL DEFAULT '{}';

        GRANT SELECT, INSERT, UPDATE ON people.bank_account TO priyom_app;
    """)


def downgrade() -> None:
    """Nothing is taken back: restore a backup instead."""
