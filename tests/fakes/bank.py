"""The seller's bank: orders that wait for a transfer, and statements of what came and went."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count

from sqlalchemy import select

from billing import bank, invoices, orders, sellers
from billing.bank.models import BankLine
from billing.invoices.transfer import submit_by_transfer
from services import catalogue, documents, scheduling
from services.people.bank_accounts import BankDetails, add_bank_account, list_bank_accounts
from services.sessions import Holder

OWN = "40702810138250123017"
OTHERS = "40702810455000024248"
INN = "2499004176"
OUR_INN = "7799001016"
_orders, _numbers = count(1), count(100)


def inn_of(n: int) -> str:
    """A valid ИНН of a company, another for each n."""
    nine = f"77{n:07d}"
    key = sum(int(a) * b for a, b in zip(nine, (2, 4, 10, 3, 5, 9, 4, 6, 8), strict=True)) % 11 % 10
    return f"{nine}{key}"


@dataclass
class Paper:
    """One document of a statement; `minor` kopecks."""

    minor: int
    purpose: str
    inn: str = INN
    number: str = ""
    on: date = date(2026, 11, 23)
    payer: str = OTHERS
    payee: str = OWN
    payee_inn: str = OUR_INN
    kind: str = "Платежное поручение"
    name: str = "ООО «Кедр-Опт»"
    bic: str = "044030653"

    def __post_init__(self) -> None:
        self.number = self.number or str(next(_numbers))

    def text(self) -> str:
        day = f"{self.on:%d.%m.%Y}"
        rows = [
            f"СекцияДокумент={self.kind}", f"Номер={self.number}", f"Дата={day}",
            f"Сумма={self.minor // 100}.{self.minor % 100:02}", f"ПлательщикСчет={self.payer}",
            f"ПлательщикИНН={self.inn}", f"Плательщик1={self.name}", f"ПлательщикБИК={self.bic}",
            f"ПолучательСчет={self.payee}", f"ПолучательИНН={self.payee_inn}",
            f"ДатаПоступило={day if self.payee == OWN else ''}",
            f"ДатаСписано={day if self.payer == OWN else ''}",
            f"НазначениеПлатежа={self.purpose}", "КонецДокумента",
        ]  # fmt: skip
        return "\r\n".join(rows)


def statement(
    *papers: Paper, account: str = OWN, opening: int | None = None, closing: int | None = None
) -> bytes:
    """A file in 1CClientBankExchange with these documents; balances as given, or right ones."""
    days = [paper.on for paper in papers] or [date(2026, 11, 23)]
    came = sum(paper.minor for paper in papers if paper.payee == account)
    went = sum(paper.minor for paper in papers if paper.payer == account)
    opening = 1_000_000_00 if opening is None else opening
    closing = opening + came - went if closing is None else closing
    first, last = (f"{day:%d.%m.%Y}" for day in (min(days), max(days)))
    head = [
        "1CClientBankExchange", "ВерсияФормата=1.03", "Кодировка=Windows", f"ДатаНачала={first}",
        f"ДатаКонца={last}", f"РасчСчет={account}", "СекцияРасчСчет", f"ДатаНачала={first}",
        f"ДатаКонца={last}", f"РасчСчет={account}", f"НачальныйОстаток={opening / 100:.2f}",
        f"ВсегоПоступило={came / 100:.2f}", f"ВсегоСписано={went / 100:.2f}",
        f"КонечныйОстаток={closing / 100:.2f}", "КонецРасчСчет",
    ]  # fmt: skip
    text = "\r\n".join([*head, *(paper.text() for paper in papers), "КонецФайла", ""])
    return text.encode("cp1251")


class Bank:
    """Commands with the clock filled in; `now` may be moved by a test."""

    def __init__(self, database, now) -> None:
        self.sessions = database.app_sessions
        self.now = now
        with self.sessions.begin() as db:
            seller = sellers.get_seller(db, code="ooo")
            if OWN not in {
                one.account for one in list_bank_accounts(db, organisation_id=seller.organisation_id)
            }:
                details = BankDetails(
                    "RUB", "ПАО СБЕРБАНК", OWN, "044525225", "30101810400000000225", "Москва"
                )
                add_bank_account(
                    db, organisation=seller.organisation, details=details, main=True, actor="system", now=now
                )

    def clock(self):
        return self.now

    def order(self, *, inn: str = INN, days: int = 10) -> str:
        """An order that waits for its transfer; its reference."""
        n = next(_orders)
        with self.sessions.begin() as db:
            service = catalogue.list_services(db)[0]
            slot = scheduling.nearest(
                db, service=service, n=1, customer_zone="Asia/Krasnoyarsk",
                around=self.now + timedelta(days=days), now=self.now,
            )[0]  # fmt: skip
            order = orders.start(
                db, slug=service.slug, start_at=slot.start, holder=Holder(f"browser-{n}"), country="RU",
                zone="Asia/Krasnoyarsk", locale="ru", now=self.now,
            ).order(db)  # fmt: skip
            orders.fill_in(
                db, order=order, contact=orders.Contact("Ольга", f"olga{n}@customer.example"),
                payer=orders.Payer("RU", inn=inn, company=f"ООО «Кедр-{inn}»", kpp="249901001",
                address="Красноярск"), trouble=orders.Trouble("nothing_works"), now=self.now,
            )  # fmt: skip
            kinds = orders.CONSENTS
            versions = {kind: documents.get_current(db, kind=kind, on=self.now.date()).n for kind in kinds}
            agreement = orders.Agreement(versions, "127.0.0.1", "test")
            submit_by_transfer(db, order=order, agreement=agreement, now=self.now)
            return order.reference

    def invoice(self, order: str):
        """The order's invoice, standing or not, with its bill."""
        with self.sessions() as db:
            found = orders.get_order(db, reference=order)
            document = invoices.list_of_order(db, order=found)[-1]
            assert document.bill.order.state
            return document

    def pays(self, order: str, minor: int = 0, **facts) -> Paper:
        """A payment of the order's invoice, in full unless told otherwise."""
        document = self.invoice(order)
        purpose = facts.pop("purpose", f"Оплата по счету № {document.number}. В т.ч. НДС 22%")
        return Paper(minor or document.gross_minor, purpose, **{"inn": document.buyer_inn, **facts})

    def upload(self, content: bytes, name: str = "kl_to_1c.txt", mapping=None) -> str:
        with self.sessions.begin() as db:
            made = bank.upload(db, name=name, content=content, mapping=mapping, actor="staff:1", now=self.now)
            return made.reference

    def preview(self, content: bytes):
        with self.sessions.begin() as db:
            file = bank.upload(db, name="x.txt", content=content, actor="staff:1", now=self.now)
            return bank.preview(db, file=file)

    def bring(self, content: bytes, **facts) -> bank.BankStatement:
        """Upload and import a file."""
        reference = self.upload(content, **facts)
        with self.sessions.begin() as db:
            file = bank.get_file(db, reference=reference)
            return bank.import_statement(db, file=file, actor="staff:1", now=self.now)

    def match(self, statement: bank.BankStatement) -> int:
        """Do the statement's job."""
        return bank.match_statement(self.sessions, statement_id=statement.id, clock=self.clock)

    def take(self, *papers: Paper) -> list[BankLine]:
        """Import these documents and match them; their lines."""
        made = self.bring(statement(*papers))
        self.match(made)
        return [line for line in self.lines() if line.statement_id == made.id]

    def lines(self) -> list[BankLine]:
        with self.sessions() as db:
            return list(db.scalars(select(BankLine).order_by(BankLine.id)))

    def do(self, verb, line: BankLine, **facts):
        """Press a button on a line's page, as the accountant."""
        with self.sessions.begin() as db:
            now_ = {"actor": "staff:1", "now": self.now}
            return verb(db, line=bank.get_line(db, reference=line.reference), **now_ | facts)

    def state(self, order: str) -> tuple[str, str]:
        """How the order and its main bill stand."""
        with self.sessions() as db:
            found = orders.get_order(db, reference=order)
            bill = orders.find_main_bill(found)
            return found.state, bill.state
