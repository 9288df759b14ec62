"""Refunds as a file of payment orders for the client bank."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from billing import refunds
from billing.bank.errors import NothingToExportError
from billing.bank.paying_out import list_transfers
from billing.bank.payment_orders import BankPlace, PaymentOrder, write_payment_orders
from billing.bank.statement import Side
from services.people.bank_accounts import list_bank_accounts

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy.orm import Session

    from billing.bank.models import BankLine
    from billing.refunds.models import Refund
    from billing.sellers.models import Seller

EXPORTED: Final = "RUB"
"""The file is for roubles; other currencies are paid by hand in the bank's own program."""
_NUMBERS: Final = 10**6
_SENDABLE: Final = ("approved", "submitted")


def export_transfers(
    db: Session, *, seller: Seller, account: str, references: Collection[str], actor: str, now: datetime
) -> bytes:
    """A file with these refunds, all paid from `account`; they count as sent from now on.

    One that was exported before may be exported again: the bank tells the same number. Raises
    NothingToExportError when none of them can be sent from there.
    """
    chosen = _chosen(db, seller, account, references)
    zone = ZoneInfo(seller.zone)
    orders = [_order(db, seller, refund, line, now=now.astimezone(zone)) for refund, line in chosen]
    for refund, _line in chosen:
        refunds.submit_transfer(db, refund=refund, actor=actor, now=now)
    return write_payment_orders(orders, made_at=now.astimezone(zone))


def note_sent(
    db: Session, *, seller: Seller, account: str, references: Collection[str], actor: str, now: datetime
) -> int:
    """Note that refunds were paid by hand in the bank's program; returns how many."""
    chosen = _chosen(db, seller, account, references)
    for refund, _line in chosen:
        refunds.submit_transfer(db, refund=refund, actor=actor, now=now)
    return len(chosen)


def _chosen(
    db: Session, seller: Seller, account: str, references: Collection[str]
) -> list[tuple[Refund, BankLine]]:
    chosen = [
        (refund, line)
        for refund, line in list_transfers(db, seller=seller)
        if refund.reference in references
        and refund.state in _SENDABLE
        and line.own_account == account
        and line.payer_account
    ]
    if not chosen:
        raise NothingToExportError(seller=seller.code)
    return chosen


def _order(db: Session, seller: Seller, refund: Refund, line: BankLine, *, now: datetime) -> PaymentOrder:
    ours = seller.organisation
    accounts = list_bank_accounts(db, organisation_id=ours.id)
    own = next((one for one in accounts if one.account == line.own_account), None)
    raw = line.raw
    return PaymentOrder(
        number=str(refund.id % _NUMBERS or _NUMBERS - 1),
        on=now.date(),
        minor=refund.amount_minor,
        payer=Side(line.own_account, ours.inn or "", ours.kpp or "", ours.name, own.bic if own else ""),
        payee=Side(line.payer_account, line.payer_inn, line.payer_kpp, line.payer_name, line.payer_bic),
        purpose=purpose_of(refund, line),
        payer_bank=BankPlace(own.bank_name, own.city, own.corr_account) if own else BankPlace(),
        payee_bank=BankPlace(
            raw.get("ПлательщикБанк1", ""), raw.get("ПлательщикБанк2", ""), raw.get("ПлательщикКорсчет", "")
        ),
    )


def purpose_of(refund: Refund, line: BankLine) -> str:
    """What the payee reads; our reference in it is what the statement is known by later."""
    of = f"по платежному поручению № {line.number} " if line.number else ""
    received = f"Возврат средств, полученных {of}от {line.dated_on:%d.%m.%Y}"
    return f"{received}. Возврат {refund.reference}. {_vat(refund)}"


def _vat(refund: Refund) -> str:
    """The tax in it: that of the order's bill where all its lines have one rate, else none."""
    bills = refund.order.bills if refund.order is not None else []
    rates = {line.vat_rate for bill in bills for line in bill.lines}
    rate = rates.pop() if len(rates) == 1 else None
    if not rate:
        return "Без НДС"
    # Half up, out of the sum: hundredths of a percent stand for 100 % + rate.
    vat = (2 * refund.amount_minor * rate + 10_000 + rate) // (2 * (10_000 + rate))
    percent = f"{rate / 100:g}".replace(".", ",")
    return f"В т.ч. НДС {percent}% {vat // 100}-{vat % 100:02} руб."
