"""The one person of a company who writes to free support, and what others wrote."""

from __future__ import annotations

from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add contact persons with their history, and what waits for their word."""
    op.execute("""
        CREATE TABLE support.designated_contact (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            reference text NOT NULL UNIQUE,
            organisation_id bigint NOT NULL REFERENCES people.organisation,
            person_id bigint NOT NULL REFERENCES people.person,
            -- `proposed`: the first who wrote; until staff say yes, nobody else's request waits for him.
            state text NOT NULL CHECK (state IN ('proposed', 'confirmed', 'ended')),
            since timestamptz NOT NULL,
            confirmed_at timestamptz,
            confirmed_by text,
            until timestamptz,
            ended_by text,
            -- Why it changed hands: `handed_over` by himself, `letter` of the company, `declined`.
            end_reason text CHECK (end_reason IN ('handed_over', 'letter', 'declined')),
            link_version integer NOT NULL DEFAULT 1,
            CHECK ((state = 'ended') = (until IS NOT NULL)),
            CHECK (state <> 'confirmed' OR confirmed_at IS NOT NULL)
        );
        CREATE UNIQUE INDEX designated_contact_one ON support.designated_contact (organisation_id)
            WHERE until IS NULL;
        CREATE INDEX designated_contact_history ON support.designated_contact (organisation_id, id);

        -- Somebody to whom the part is offered: he says yes on a page of his own.
        CREATE TABLE support.hand_over (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            reference text NOT NULL UNIQUE,
            contact_id bigint NOT NULL REFERENCES support.designated_contact,
            person_id bigint NOT NULL REFERENCES people.person,
            offered_at timestamptz NOT NULL,
            answered_at timestamptz,
            answer text CHECK (answer IN ('accepted', 'declined', 'withdrawn')),
            link_version integer NOT NULL DEFAULT 1,
            CHECK ((answered_at IS NULL) = (answer IS NULL))
        );
        CREATE UNIQUE INDEX hand_over_one_open ON support.hand_over (contact_id) WHERE answered_at IS NULL;

        -- A request of somebody else, sent to the contact person: send it on, or drop it.
        CREATE TABLE support.forwarding (
            request_id bigint PRIMARY KEY REFERENCES support.request,
            contact_id bigint NOT NULL REFERENCES support.designated_contact,
            sent_at timestamptz NOT NULL,
            -- Null when the contact person had enough mails of the kind that day: it stands on his page.
            mailed_at timestamptz,
            answered_at timestamptz,
            answer text CHECK (answer IN ('sent_on', 'dropped')),
            link_version integer NOT NULL DEFAULT 1,
            CHECK ((answered_at IS NULL) = (answer IS NULL))
        );
        CREATE INDEX forwarding_contact ON support.forwarding (contact_id, sent_at);
        GRANT SELECT, INSERT, UPDATE ON support.designated_contact, support.forwarding, support.hand_over
            TO priyom_app, priyom_free;
    """)


def downgrade() -> None:
    """Nothing is taken back: restore a backup instead."""
