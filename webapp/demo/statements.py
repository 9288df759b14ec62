"""Paying in the demo's past by transfer: a statement of the bank is brought, and matched as always."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from billing import bank, invoices
from services.people.bank_accounts import main_account
from webapp.demo.offerings import ACTOR

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy.orm import Session, sessionmaker

    from billing.invoices import Document
    from services.people.models import BankAccount

PAYER_ACCOUNT, PAYER_BIC = "40702810455000024248", "044030653"


@dataclass(frozen=True)
class _Transfer:
    """One incoming payment, as the bank writes it."""

    number: int
    on: date
    minor: int
    account: BankAccount
    document: Document

    def text(self) -> str:
        """The statement of its day, in 1CClientBankExchange."""
        day, said, own = f"{self.on:%d.%m.%Y}", self.document.said, self.account
        amount = f"{self.minor // 100}.{self.minor % 100:02}"
        rows = (
            "1CClientBankExchange", "ВерсияФормата=1.03", "Кодировка=Windows",
            f"ДатаНачала={day}", f"ДатаКонца={day}", f"РасчСчет={own.account}",
            "СекцияДокумент=Платежное поручение", f"Номер={self.number}", f"Дата={day}", f"Сумма={amount}",
            f"ПлательщикСчет={PAYER_ACCOUNT}", f"ПлательщикИНН={said.buyer.inn}",
            f"Плательщик1={said.buyer.name}", f"ПлательщикБИК={PAYER_BIC}",
            f"ПолучательСчет={own.account}", f"ПолучательИНН={said.seller.inn}",
            f"Получатель1={said.seller.name}", f"ПолучательБИК={own.bic}", f"ДатаПоступило={day}",
            f"НазначениеПлатежа=Оплата по счету № {self.document.number}",
            "КонецДокумента", "КонецФайла", "",
        )  # fmt: skip
        return "\r\n".join(rows)


def bring_transfer(factory: sessionmaker[Session], *, document_id: int, paid_at: datetime) -> None:
    """Let the invoice be paid in full: its statement is imported and matched; commits step by step.

    A seller without an account gets nothing.
    """
    with factory.begin() as db:
        document = invoices.get_document_by_id(db, document_id=document_id)
        seller = document.seller
        account = main_account(db, organisation_id=seller.organisation_id, currency=document.currency)
        if account is None:
            return
        on = paid_at.astimezone(ZoneInfo(seller.zone)).date()
        transfer = _Transfer(document_id, on, document.gross_minor, account, document)
        content = transfer.text().encode("cp1251", "replace")
        name = f"kl_to_1c_{on:%Y%m%d}.txt"
        file = bank.upload(db, name=name, content=content, actor=ACTOR, now=paid_at)
        statement_id = bank.import_statement(db, file=file, actor=ACTOR, now=paid_at).id
    bank.match_statement(factory, statement_id=statement_id, clock=lambda: paid_at)
