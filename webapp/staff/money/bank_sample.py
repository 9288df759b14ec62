"""A statement to try the bank's pages with, in a demonstration: payments of what is open just now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from billing import invoices, payments, sellers
from services.people.bank_accounts import main_account

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from billing.invoices import Document

_CURRENCY: Final = "RUB"
_STRANGER: Final = ("7707083893", "АО «Другая компания»")
_PAYERS: Final = "40702810455000024248"
_FEE: Final = 120_00


def write_sample(db: Session, *, now: datetime) -> bytes | None:
    """A file in 1CClientBankExchange (windows-1251), dated today; None without an account in roubles.

    The first open invoice is paid by its buyer, the second by a stranger; one payment names no
    invoice, and the bank takes its fee.
    """
    for seller in sellers.list_sellers(db):
        account = main_account(db, organisation_id=seller.organisation_id, currency=_CURRENCY)
        if account is None:
            continue
        number = account.account
        today = f"{now.astimezone(ZoneInfo(seller.zone)):%d.%m.%Y}"
        owed = [one for one in invoices.list_open_invoices(db, seller=seller) if one.buyer_inn]
        papers = [
            *(_paid(db, one, number, today, stranger=at == 1) for at, one in enumerate(owed[:2])),
            _paper(
                "9001", today, 3_000_00, payer=_STRANGER, account=number, purpose="Оплата за консультации"
            ),
            _fee(today, number, seller.organisation.inn or ""),
        ]
        return _file(number, today, papers)
    return None


def _paid(db: Session, invoice: Document, account: str, today: str, *, stranger: bool) -> str:
    payer = _STRANGER if stranger else (invoice.buyer_inn, invoice.said.buyer.name)
    owed = payments.open_amount(db, bill=invoice.bill).minor
    purpose = f"Оплата по счету № {invoice.number} от {invoice.issued_on:%d.%m.%Y}"
    return _paper(str(invoice.id), today, owed, payer=payer, account=account, purpose=purpose)


def _paper(number: str, today: str, minor: int, *, payer: tuple[str, str], account: str, purpose: str) -> str:
    rows = (
        f"СекцияДокумент=Платежное поручение\nНомер={number}\nДата={today}\nСумма={_sum(minor)}\n"
        f"ПлательщикСчет={_PAYERS}\nПлательщикИНН={payer[0]}\nПлательщик1={payer[1]}\n"
        f"ПлательщикБИК=044030653\nПолучательСчет={account}\nДатаПоступило={today}\n"
        f"НазначениеПлатежа={purpose}\nКонецДокумента"
    )
    return rows.replace("\n", "\r\n")


def _fee(today: str, account: str, inn: str) -> str:
    rows = (
        f"СекцияДокумент=Банковский ордер\nНомер=7\nДата={today}\nСумма={_sum(_FEE)}\n"
        f"ПлательщикСчет={account}\nПлательщикИНН={inn}\nПолучательСчет=47423810900000000001\n"
        f"Получатель1=Банк\nДатаСписано={today}\nНазначениеПлатежа=Комиссия за ведение счета\nКонецДокумента"
    )
    return rows.replace("\n", "\r\n")


def _file(account: str, today: str, papers: list[str]) -> bytes:
    head = (
        f"1CClientBankExchange\nВерсияФормата=1.03\nКодировка=Windows\nДатаНачала={today}\n"
        f"ДатаКонца={today}\nРасчСчет={account}"
    ).replace("\n", "\r\n")
    return "\r\n".join([head, *papers, "КонецФайла", ""]).encode("cp1251", errors="replace")


def _sum(minor: int) -> str:
    return f"{minor // 100}.{minor % 100:02}"
