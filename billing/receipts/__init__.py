"""Fiscal receipts (54-ФЗ): which facts ask for one, and where the one that was given can be read."""

from billing.receipts.commands import note_receipt
from billing.receipts.queries import Receipt, get_receipt, list_awaited, list_of_order
from billing.receipts.register import CashRegister, issue_awaited

__all__ = [
    "CashRegister",
    "Receipt",
    "get_receipt",
    "issue_awaited",
    "list_awaited",
    "list_of_order",
    "note_receipt",
]
