"""Invitations: one a session, with the people ever invited."""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create schema `calendars`; free sessions invite as well, so both roles may write."""
    op.execute("""
        CREATE SCHEMA calendars;
        GRANT USAGE ON SCHEMA calendars TO priyom_app, priyom_free;

        CREATE TABLE calendars.invitation (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            session_ref text NOT NULL UNIQUE,
            -- RFC 7986 5.3: at most 255 octets.
            uid text NOT NULL UNIQUE CHECK (octet_length(uid) <= 255),
            sequence integer NOT NULL DEFAULT 0 CHECK (sequence >= 0),
            organizer text NOT NULL,
            starts_at timestamptz NOT NULL,
            ends_at timestamptz NOT NULL,
            status text NOT NULL CHECK (status IN ('confirmed', 'cancelled')),
            created_at timestamptz NOT NULL,
            changed_at timestamptz NOT NULL,
            CHECK (starts_at < ends_at),
            CHECK (created_at <= changed_at)
        );

        CREATE TABLE calendars.attendee (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            invitation_id bigint NOT NULL REFERENCES calendars.invitation,
            role text NOT NULL CHECK (role IN ('customer', 'specialist')),
            name text NOT NULL,
            email text NOT NULL,
            locale text NOT NULL CHECK (locale IN ('ru', 'en')),
            summary text NOT NULL,
            partstat text NOT NULL
                CHECK (partstat IN ('NEEDS-ACTION', 'ACCEPTED', 'DECLINED', 'TENTATIVE')),
            replied_dtstamp timestamptz,
            invited_at timestamptz NOT NULL,
            removed_at timestamptz
        );
        -- An answer is matched by its address, so an address is one guest.
        CREATE UNIQUE INDEX attendee_address
            ON calendars.attendee (invitation_id, role, lower(email));

        -- What was promised to every guest's calendar is kept by the database: the key never
        -- changes and the count only rises.
        CREATE FUNCTION calendars.keep_identity() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF NEW.uid <> OLD.uid OR NEW.session_ref <> OLD.session_ref
               OR NEW.sequence < OLD.sequence
               OR (OLD.status = 'cancelled' AND NEW.status <> 'cancelled') THEN
                RAISE EXCEPTION 'invitation % keeps its uid, its end and a rising sequence', OLD.id
                    USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER identity_kept BEFORE UPDATE ON calendars.invitation
            FOR EACH ROW EXECUTE FUNCTION calendars.keep_identity();

        GRANT SELECT, INSERT, UPDATE ON calendars.invitation, calendars.attendee
            TO priyom_app, priyom_free;
    """)


def downgrade() -> None:
    """Nothing is taken back: restore a backup instead."""
