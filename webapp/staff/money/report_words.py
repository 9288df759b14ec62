"""Names of accounts and of facts in the books."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from webapp.i18n import gettext as _
from webapp.i18n import lazy_gettext as _l

if TYPE_CHECKING:
    from billing.reports import Move

ACCOUNTS: dict[str, Any] = {
    "bank": _l("Bank"),
    "clearing": _l("Card provider"),
    "unapplied": _l("Money not put to a bill"),
    "advances": _l("Advances of customers"),
    "receivable": _l("Owed by customers"),
    "revenue": _l("Revenue"),
    "vat": _l("VAT to be paid"),
    "refunds_in_transit": _l("Refunds on their way"),
    "disputed": _l("Disputed payments"),
    "dispute_losses": _l("Lost disputes"),
    "provider_fees": _l("Fees of the card provider"),
    "rounding": _l("Rounding"),
}
FACTS: dict[str, Any] = {
    "capture": _l("Payment"),
    "allocation": _l("Put to a bill"),
    "deallocation": _l("Taken off a bill"),
    "act": _l("Acceptance certificate"),
    "set_off": _l("Advance set off"),
    "unset_off": _l("Set-off taken back"),
    "refund_approved": _l("Refund approved"),
    "refund_settled": _l("Refund"),
    "refund_failed": _l("Refund failed"),
    "refund_cancelled": _l("Refund called off"),
    "dispute_opened": _l("Dispute opened"),
    "dispute_won": _l("Dispute won"),
    "dispute_lost": _l("Dispute lost"),
    "fee": _l("Fee"),
    "credit_note": _l("Credit note"),
}


def paper_of(move: Move) -> str:
    """A row of a reconciliation in words: what it is, its number and date, who paid for whom."""
    name = str(FACTS.get(move.kind, move.kind))
    if move.third:
        name = _("Paid by %(payer)s", payer=move.third)
    if not move.number:
        return name
    if move.dated_on is None:
        return _("%(name)s No. %(number)s", name=name, number=move.number)
    on = f"{move.dated_on:%d.%m.%Y}"
    return _("%(name)s No. %(number)s of %(on)s", name=name, number=move.number, on=on)
