"""What the tests of the journal read of it."""

from __future__ import annotations

from sqlalchemy import select, text

from billing import journal, orders
from billing.journal.models import Entry


def entries(shop, *kinds):
    """(kind, {account: minor}) of every entry, in their order, or of some kinds."""
    with shop.sessions() as db:
        rows = db.scalars(select(Entry).order_by(Entry.id)).all()
        told = [(row.kind, _sums(row.lines)) for row in rows]
    return [one for one in told if not kinds or one[0] in kinds]


def _sums(lines):
    sums: dict[str, int] = {}
    for line in lines:
        sums[line.account] = sums.get(line.account, 0) + line.minor
    return {account: minor for account, minor in sums.items() if minor}


def accounts(shop):
    """{account: minor} of the whole journal, those that are 0 left out."""
    query = "SELECT account, sum(minor)::bigint FROM billing.line GROUP BY 1 HAVING sum(minor) <> 0"
    with shop.sessions() as db:
        return dict(db.execute(text(query)).all())


def main_bill(shop, reference):
    """The order's main bill with its lines and order read."""
    with shop.sessions() as db:
        bill = orders.find_main_bill(orders.get_order(db, reference=reference))
        assert bill.order
        assert bill.lines
        return bill


def balance(shop, bill):
    with shop.sessions() as db:
        return journal.bill_balance(db, bill_id=bill.id)


def payment_balance(shop, payment):
    with shop.sessions() as db:
        return journal.payment_balance(db, payment_id=payment.id)
