"""Sellers with their dated VAT, dated price lists, and the production calendar they go by."""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0007b"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create schema `billing` with what is needed to say a price."""
    op.execute("""
        CREATE TABLE core.production_day (
            country text NOT NULL CHECK (country ~ '^[A-Z]{2}$'),
            day_on date NOT NULL,
            kind text NOT NULL CHECK (kind IN ('working', 'short', 'weekend', 'holiday')),
            source text NOT NULL,
            PRIMARY KEY (country, day_on)
        );
        GRANT SELECT, INSERT, UPDATE ON core.production_day TO priyom_app;
        GRANT SELECT ON core.production_day TO priyom_free;

        CREATE SCHEMA billing;
        GRANT USAGE ON SCHEMA billing TO priyom_app;

        CREATE TABLE billing.seller (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            organisation_id bigint NOT NULL UNIQUE REFERENCES people.organisation,
            code text NOT NULL UNIQUE CHECK (code ~ '^[a-z0-9-]+$'),
            position integer NOT NULL,
            currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
            vat_regime text NOT NULL CHECK (vat_regime IN ('on_top', 'inclusive', 'exempt')),
            zone text NOT NULL,
            opens_minute integer NOT NULL,
            closes_minute integer NOT NULL,
            -- ISO 3166 alpha-2 of the payers; '*' stands for every country nobody else has.
            countries text[] NOT NULL CHECK (cardinality(countries) > 0),
            methods text[] NOT NULL
                CHECK (methods <@ ARRAY['card', 'transfer', 'payment_order', 'credit']),
            number_pattern text NOT NULL CHECK (position('{n' IN number_pattern) > 0),
            is_demo boolean NOT NULL DEFAULT false,
            active boolean NOT NULL DEFAULT true,
            CHECK (0 <= opens_minute AND opens_minute < closes_minute AND closes_minute <= 1440)
        );

        -- The provider's keys stand in the environment; here is only whose account it is.
        CREATE TABLE billing.provider_account (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            seller_id bigint NOT NULL REFERENCES billing.seller,
            provider text NOT NULL CHECK (provider IN ('stripe')),
            livemode boolean NOT NULL,
            account text NOT NULL,
            UNIQUE (seller_id, provider, livemode)
        );

        -- Hundredths of a percent; no rate is a case of its own, with its reason.
        CREATE TABLE billing.vat_rate (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            seller_id bigint NOT NULL REFERENCES billing.seller,
            valid_from_on date NOT NULL,
            rate integer CHECK (rate BETWEEN 0 AND 10000),
            reason jsonb CHECK (core.both_languages(reason)),
            CHECK ((rate IS NULL) <> (reason IS NULL))
        );
        CREATE INDEX vat_rate_in_force ON billing.vat_rate (seller_id, valid_from_on, id);

        CREATE TABLE billing.price_list (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            seller_id bigint NOT NULL REFERENCES billing.seller,
            currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
            valid_from_on date NOT NULL,
            policy jsonb NOT NULL,
            is_demo boolean NOT NULL DEFAULT false,
            published_by text NOT NULL,
            published_at timestamptz NOT NULL
        );
        CREATE INDEX price_list_in_force ON billing.price_list (seller_id, valid_from_on, id);

        CREATE TABLE billing.price (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            price_list_id bigint NOT NULL REFERENCES billing.price_list,
            service_id bigint NOT NULL REFERENCES catalogue.service,
            first_minutes integer NOT NULL CHECK (first_minutes > 0),
            first_minor bigint NOT NULL CHECK (first_minor >= 0),
            step_minutes integer CHECK (step_minutes > 0),
            step_minor bigint CHECK (step_minor >= 0),
            minimum_minor bigint NOT NULL CHECK (minimum_minor >= 0),
            UNIQUE (price_list_id, service_id),
            CHECK ((step_minutes IS NULL) = (step_minor IS NULL))
        );

        CREATE TABLE billing.factor (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            price_list_id bigint NOT NULL REFERENCES billing.price_list,
            kind text NOT NULL
                CHECK (kind IN ('urgent', 'after_hours', 'night', 'weekend', 'holiday')),
            hundredths integer NOT NULL CHECK (hundredths BETWEEN 100 AND 1000),
            from_minute integer CHECK (from_minute BETWEEN 0 AND 1439),
            until_minute integer CHECK (until_minute BETWEEN 0 AND 1440),
            within_minutes integer CHECK (within_minutes > 0),
            UNIQUE (price_list_id, kind),
            CHECK ((kind IN ('after_hours', 'night')) = (from_minute IS NOT NULL)),
            CHECK ((from_minute IS NULL) = (until_minute IS NULL)),
            CHECK (from_minute <> until_minute),
            CHECK ((kind = 'urgent') = (within_minutes IS NOT NULL))
        );
    """)
    # A price that was once said stays as it was: a change makes a new list.
    for table in ("vat_rate", "price_list", "price", "factor"):
        op.execute(f"""
            CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON billing.{table}
                FOR EACH ROW EXECUTE FUNCTION core.refuse_change();
            GRANT SELECT, INSERT ON billing.{table} TO priyom_app;
        """)
    op.execute("""
        GRANT SELECT, INSERT, UPDATE ON billing.seller, billing.provider_account TO priyom_app;
    """)


def downgrade() -> None:
    """Nothing is taken back: restore a backup instead."""
