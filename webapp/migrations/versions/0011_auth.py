"""Schema auth: users, roles, sign-ins (append-only), counters of tries. The free role has no rights here."""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_TABLES = """
CREATE SCHEMA auth;

CREATE TABLE auth."user" (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person_id bigint NOT NULL UNIQUE REFERENCES people.person,
    email text NOT NULL,
    password text,
    active boolean NOT NULL DEFAULT true,
    fs_uniquifier text NOT NULL UNIQUE,
    confirmed_at timestamptz,
    created_at timestamptz NOT NULL,
    tf_primary_method text,
    tf_totp_secret text
);
-- Two people may claim an address, one of them can have proved it.
CREATE UNIQUE INDEX user_verified_email ON auth."user" (lower(email)) WHERE confirmed_at IS NOT NULL;

CREATE TABLE auth.role (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL UNIQUE CHECK (name IN ('administrator', 'coordinator', 'specialist', 'accountant'))
);
INSERT INTO auth.role (name) VALUES ('administrator'), ('coordinator'), ('specialist'), ('accountant');

CREATE TABLE auth.roles_users (
    user_id bigint NOT NULL REFERENCES auth."user" ON DELETE CASCADE,
    role_id bigint NOT NULL REFERENCES auth.role,
    PRIMARY KEY (user_id, role_id)
);

CREATE TABLE auth.sign_in (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL,
    user_id bigint,
    outcome text NOT NULL CHECK (outcome IN ('accepted', 'refused', 'throttled')),
    address_mac bytea NOT NULL
);
CREATE INDEX sign_in_user ON auth.sign_in (user_id, at DESC);

CREATE TABLE auth.throttle (
    key bytea PRIMARY KEY,
    since timestamptz NOT NULL,
    tries integer NOT NULL CHECK (tries > 0)
);
CREATE INDEX throttle_since ON auth.throttle (since);

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON auth.sign_in
    FOR EACH ROW EXECUTE FUNCTION core.refuse_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON auth.sign_in
    FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();

GRANT USAGE ON SCHEMA auth TO priyom_app;
GRANT SELECT, INSERT, UPDATE ON auth."user" TO priyom_app;
GRANT SELECT ON auth.role TO priyom_app;
GRANT SELECT, INSERT, DELETE ON auth.roles_users TO priyom_app;
GRANT SELECT, INSERT ON auth.sign_in TO priyom_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON auth.throttle TO priyom_app;
"""


def upgrade() -> None:
    """Create the schema, its four roles and the rights on it."""
    op.execute(_TABLES)


def downgrade() -> None:
    """Nothing is taken back: restore a backup instead."""
