"""The same money in two formats: no key that both know tells it, so nothing of it is guessed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sqlalchemy import text

from billing.bank.errors import StatementRefusedError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from billing.bank.sorting import Seen
    from billing.bank.statement import Format

# Own transfers and fees are told apart differently by format: only the way of the money counts.
_TWIN = text("""
    WITH seen AS (
        SELECT * FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS row
            (account text, came boolean, booked_on date, minor bigint, currency text, identity text)
    ), fresh AS (
        SELECT * FROM seen
            WHERE NOT EXISTS (SELECT FROM billing.bank_line known WHERE known.identity = seen.identity)
    )
    SELECT fresh.booked_on, fresh.minor, fresh.currency FROM fresh
        JOIN billing.bank_line line ON line.own_account = fresh.account AND line.booked_on = fresh.booked_on
            AND line.minor = fresh.minor AND line.currency = fresh.currency
            AND (split_part(line.identity, '|', 2) = 'in') = fresh.came
        JOIN billing.statement ON statement.id = line.statement_id AND statement.format <> :format
        WHERE line.identity NOT IN (SELECT identity FROM seen)
        ORDER BY fresh.booked_on, fresh.minor LIMIT 1
""")


def refuse_twins(db: Session, *, seen: Sequence[Seen], format_: Format) -> None:
    """Refuse a file that may bring money once more which another format has brought.

    A new line is suspected when a file in another format brought one of the same account, way, day
    and sum that this file doesn't hold by its key. Raises StatementRefusedError: `twin`.
    """
    rows = [
        {
            "account": one.account,
            "came": one.identity.split("|")[1] == "in",
            "booked_on": one.line.booked_on.isoformat(),
            "minor": one.line.minor,
            "currency": one.line.currency,
            "identity": one.identity,
        }
        for one in seen
    ]
    found = db.execute(_TWIN, {"rows": json.dumps(rows), "format": format_}).one_or_none()
    if found is not None:
        raise StatementRefusedError("twin", on=found.booked_on, minor=found.minor, currency=found.currency)
