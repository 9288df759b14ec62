"""Documents of an invented seller and buyer, as tests and benches set them."""

from __future__ import annotations

from datetime import date

from billing.invoices.content import Bank, Content, Corrected, Kind, Line, Party, Signatory
from billing.invoices.purpose import payment_purpose
from billing.invoices.qr import payment_code
from billing.invoices.words import sum_in_words
from services.core.money import Money

SELLER = Party(
    "ООО «Пример Софт»",
    "RU",
    "7799001016",
    "779901001",
    "1267799000006",
    "101000, Москва, Примерный пер., д. 1",
)
BUYER = Party("ООО «Ёлка и Ко»", "RU", "2499004176", "249901001", "", "660000, Красноярск")
BANK = Bank("ПАО СБЕРБАНК", "40702810138250123017", "044525225", "30101810400000000225")
ON = date(2026, 11, 23)
LINE = Line("Разовое подключение, до 60 минут", 1, "шт", "796", 450_000, 99_000, 549_000, 2200)


def paper(kind: Kind = "schet", *lines: Line) -> Content:
    rows = lines or (LINE,)
    minor = sum(line.gross for line in rows)
    invoice = kind == "schet"
    purpose = payment_purpose(number="2026-000123", on=ON, lines=rows, layout="ru") if invoice else ""
    return Content(
        kind=kind,
        layout="ru",
        number="2026-000123",
        issued_on=ON,
        currency="RUB",
        seller=SELLER,
        buyer=BUYER,
        lines=rows,
        basis="Оферта, редакция 4 от 1 ноября 2026, заказ O-C6Y9-4V7G",
        words=sum_in_words(Money(minor, "RUB"), "ru"),
        bank=BANK if invoice else None,
        signatories=(Signatory("Руководитель", "Орлова Н. В."),),
        due_on=date(2026, 11, 26) if invoice else None,
        service_on=None if invoice else date(2026, 11, 26),
        purpose=purpose,
        qr=payment_code(payee=SELLER, bank=BANK, purpose=purpose, minor=minor) if invoice else "",
        corrects=Corrected("act", "2026-000100", ON) if kind == "credit_note" else None,
    )
