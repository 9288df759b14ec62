"""Payment orders for the bank's program, as a file in 1CClientBankExchange 1.03 (windows-1251, CRLF)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date, datetime

    from billing.bank.statement import Side

_BREAKS: Final = re.compile(r"[\x00-\x1f\x7f\u0085\u2028\u2029]+")
# Field 24 of a payment order (383-П, then 762-П).
_PURPOSE: Final = 210


@dataclass(frozen=True)
class BankPlace:
    """Where an account is: the bank's name, city and correspondent account."""

    name: str = ""
    city: str = ""
    corr_account: str = ""


@dataclass(frozen=True)
class PaymentOrder:
    """What the bank is asked to pay: `minor` kopecks from `payer` to `payee`."""

    number: str
    on: date
    minor: int
    payer: Side
    payee: Side
    purpose: str
    payer_bank: BankPlace = BankPlace()
    payee_bank: BankPlace = BankPlace()


def write_payment_orders(orders: Sequence[PaymentOrder], *, made_at: datetime) -> bytes:
    """The file with these orders; `made_at` is in the seller's zone. All are paid from one account.

    What windows-1251 has no letter for becomes a question mark, and no name can begin a line of
    its own: the bank shows the file to a person before it pays.
    """
    accounts = {order.payer.account for order in orders}
    if len(accounts) != 1:
        message = "a file of payment orders is for one account"
        raise ValueError(message)
    days = [order.on for order in orders]
    lines = [
        "1CClientBankExchange",
        "ВерсияФормата=1.03",
        "Кодировка=Windows",
        "Отправитель=Priyom",
        f"ДатаСоздания={_date(made_at)}",
        f"ВремяСоздания={made_at:%H:%M:%S}",
        f"ДатаНачала={_date(min(days))}",
        f"ДатаКонца={_date(max(days))}",
        f"РасчСчет={accounts.pop()}",
        "Документ=Платежное поручение",
    ]
    for order in orders:
        lines += _order(order)
    lines += ["КонецФайла", ""]
    return "\r\n".join(lines).encode("cp1251", errors="replace")


def _order(order: PaymentOrder) -> Iterator[str]:
    yield "СекцияДокумент=Платежное поручение"
    yield f"Номер={_line(order.number)}"
    yield f"Дата={_date(order.on)}"
    yield f"Сумма={order.minor // 100}.{order.minor % 100:02}"
    yield from _side("Плательщик", order.payer, order.payer_bank)
    yield from _side("Получатель", order.payee, order.payee_bank)
    yield "ВидПлатежа=Электронно"
    yield "ВидОплаты=01"
    yield "Очередность=5"
    yield f"НазначениеПлатежа={_line(order.purpose)[:_PURPOSE]}"
    yield "КонецДокумента"


def _side(who: str, side: Side, bank: BankPlace) -> Iterator[str]:
    values = {
        "Счет": side.account,
        "": f"ИНН {side.inn} {side.name}" if side.inn else side.name,
        "1": side.name,
        "ИНН": side.inn,
        "КПП": side.kpp,
        "РасчСчет": side.account,
        "Банк1": bank.name,
        "Банк2": bank.city,
        "БИК": side.bic,
        "Корсчет": bank.corr_account,
    }
    for key, value in values.items():
        if value:
            yield f"{who}{key}={_line(value)}"


def _line(text: str) -> str:
    """On one line, whatever it holds."""
    return " ".join(_BREAKS.sub(" ", text).split())


def _date(moment: date) -> str:
    return f"{moment:%d.%m.%Y}"
