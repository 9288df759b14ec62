"""The journal: every movement of money as an entry of double bookkeeping, never changed."""

from billing.journal.balances import BillBalance, PaymentBalance, bill_balance, payment_balance
from billing.journal.posting import Posting, Side, booked_today, post, post_all
from billing.journal.supplies import Supply, correct, follow_money, recognise

__all__ = [
    "BillBalance",
    "PaymentBalance",
    "Posting",
    "Side",
    "Supply",
    "bill_balance",
    "booked_today",
    "correct",
    "follow_money",
    "payment_balance",
    "post",
    "post_all",
    "recognise",
]
