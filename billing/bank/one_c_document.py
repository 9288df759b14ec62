"""One document of a 1CClientBankExchange file: who paid whom how much for what."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from billing.bank.figures import currency_of_account, read_date, read_minor
from billing.bank.statement import Side, StatementLine

if TYPE_CHECKING:
    from billing.bank.one_c_section import Section

# «ИНН 7707083893 ООО …», «ИНН/КПП 7707083893/773601001 ООО …», as many banks begin the name.
_NAMED_INN: Final = re.compile(
    r"ИНН(?:\s*/\s*КПП)?[\s:]*(?P<inn>[0-9]{12}|[0-9]{10})(?![0-9])"
    r"(?:[\s/,\\]*(?:КПП[\s:]*)?(?P<kpp>[0-9]{9})(?![0-9]))?[\s/,;]*",
    re.IGNORECASE | re.ASCII,
)


def read_document(section: Section, accounts: tuple[str, ...]) -> StatementLine:
    """The line of a statement that a section is; `accounts` are ours. Raises StatementError."""
    pairs = section.pairs
    payer = _side(pairs, "Плательщик", accounts)
    payee = _side(pairs, "Получатель", accounts)
    ours = next((side.account for side in (payee, payer) if side.account in accounts), "")
    currency = currency_of_account(ours)
    said, said_at = section.need("Сумма")
    on, on_at = section.need("Дата")
    booked, booked_at = _booked(section, came=payee.account in accounts) or (on, on_at)
    return StatementLine(
        number=pairs.get("Номер", ""),
        on=read_date(on, line=on_at),
        booked_on=read_date(booked, line=booked_at),
        minor=read_minor(said, currency, line=said_at),
        currency=currency,
        payer=payer,
        payee=payee,
        purpose=_purpose(pairs),
        kind=section.value,
        raw=dict(pairs),
    )


def _booked(section: Section, *, came: bool) -> tuple[str, int] | None:
    key = "ДатаПоступило" if came else "ДатаСписано"
    return section.need(key) if section.pairs.get(key) else None


def _side(pairs: dict[str, str], who: str, accounts: tuple[str, ...]) -> Side:
    """Payer or payee. Of two accounts ours counts: in payments through a second bank they differ."""
    both = [pairs.get(f"{who}{key}", "") for key in ("Счет", "РасчСчет")]
    account = next((one for one in both if one in accounts), both[0] or both[1])
    name, alone = pairs.get(who, ""), pairs.get(f"{who}1", "")
    found = _NAMED_INN.match(name) or _NAMED_INN.match(alone)
    inn, kpp = (found["inn"], found["kpp"] or "") if found else ("", "")
    return Side(
        account=account,
        inn=pairs.get(f"{who}ИНН", "") or inn,
        kpp=pairs.get(f"{who}КПП", "") or kpp,
        name=_NAMED_INN.sub("", alone or name, count=1).strip() or alone or name,
        bic=pairs.get(f"{who}БИК", ""),
    )


def _purpose(pairs: dict[str, str]) -> str:
    whole = pairs.get("НазначениеПлатежа", "")
    if whole:
        return whole
    parts = (pairs.get(f"НазначениеПлатежа{n}", "") for n in range(1, 7))
    return " ".join(part for part in parts if part)
