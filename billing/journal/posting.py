"""Writing entries: one statement, however many entries and lines."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Literal
from zoneinfo import ZoneInfo

from sqlalchemy import text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from billing.sellers.models import Seller
    from services.core.money import Money

Account = Literal[
    "bank",
    "clearing",
    "unapplied",
    "advances",
    "receivable",
    "revenue",
    "vat",
    "refunds_in_transit",
    "disputed",
    "dispute_losses",
    "provider_fees",
    "rounding",
]
Source = Literal["payment", "allocation", "refund", "document", "dispute", "fee"]

# Entries and lines travel as two lists, so that the text is the same for all and stays prepared.
_POST = text("""
    WITH given AS (
        SELECT * FROM jsonb_to_recordset(CAST(:entries AS jsonb)) AS e (n integer, seller_id bigint,
            source text, source_id bigint, kind text, booked_on date, order_id bigint, note jsonb)
    ), made AS (
        INSERT INTO billing.entry (seller_id, source, source_id, kind, booked_on, at, order_id, note)
        SELECT seller_id, source, source_id, kind, booked_on, :now, order_id, note FROM given ORDER BY n
        RETURNING id, source, source_id, kind
    )
    INSERT INTO billing.line (entry_id, account, minor, currency, bill_id, payment_id, refund_id, vat_rate)
    SELECT made.id, l.account, l.minor, l.currency, l.bill_id, l.payment_id, l.refund_id, l.vat_rate
    FROM jsonb_to_recordset(CAST(:lines AS jsonb)) AS l (n integer, place integer, account text, minor bigint,
            currency text, bill_id bigint, payment_id bigint, refund_id bigint, vat_rate integer)
        JOIN given USING (n) JOIN made USING (source, source_id, kind)
    ORDER BY l.n, l.place
""")


@dataclass(frozen=True, slots=True)
class Side:
    """One line of an entry to be posted: a debit is above zero, a credit below.

    `unapplied` names its payment, `refunds_in_transit` its refund, the accounts of supplies and
    advances their bill. `vat_rate` is in hundredths of a percent, None where there is none.
    """

    account: Account
    minor: int
    currency: str
    bill_id: int | None = None
    payment_id: int | None = None
    refund_id: int | None = None
    vat_rate: int | None = None

    def turned(self) -> Side:
        """The same sum on the other side: what takes this line back."""
        return replace(self, minor=-self.minor)


@dataclass(frozen=True, slots=True)
class Posting:
    """An entry to be posted; `sides` add up to 0 in each currency, zeros among them are left out."""

    seller_id: int
    source: Source
    source_id: int
    kind: str
    booked_on: date
    sides: Sequence[Side]
    order_id: int | None = None
    note: dict[str, Any] | None = None


def booked_today(seller: Seller, now: datetime) -> date:
    """The seller's date at `now`: on which what happens now is booked."""
    return now.astimezone(ZoneInfo(seller.zone)).date()


def moved(amount: Money, *, debit: Account, credit: Account, **ids: int | None) -> tuple[Side, Side]:
    """Two sides: `amount` from `credit` to `debit`, both about the same bill, payment and refund."""
    return (
        Side(debit, amount.minor, amount.currency, **ids),
        Side(credit, -amount.minor, amount.currency, **ids),
    )


def post(
    db: Session,
    *,
    seller_id: int,
    source: Source,
    source_id: int,
    kind: str,
    booked_on: date,
    lines: Sequence[Side],
    order_id: int | None = None,
    note: dict[str, Any] | None = None,
    now: datetime,
) -> None:
    """Post one entry; the database refuses the same fact twice, and sums that aren't 0 at commit."""
    posting = Posting(seller_id, source, source_id, kind, booked_on, lines, order_id, note)
    post_all(db, [posting], now=now)


def post_all(db: Session, postings: Sequence[Posting], *, now: datetime) -> None:
    """Post several entries in one statement, in their order; one without a line is left out."""
    entries, lines = [], []
    for n, posting in enumerate(postings):
        sides = [asdict(side) | {"n": n, "place": at} for at, side in enumerate(posting.sides) if side.minor]
        if sides:
            lines += sides
            entries.append(_entry(n, posting))
    if entries:
        db.flush()
        db.execute(_POST, {"entries": json.dumps(entries), "lines": json.dumps(lines), "now": now})


def _entry(n: int, posting: Posting) -> dict[str, Any]:
    return {
        "n": n,
        "seller_id": posting.seller_id,
        "source": posting.source,
        "source_id": posting.source_id,
        "kind": posting.kind,
        "booked_on": posting.booked_on.isoformat(),
        "order_id": posting.order_id,
        "note": posting.note,
    }
