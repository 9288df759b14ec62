"""A reconciliation as a paper that both sides sign."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from babel.dates import format_date

from services.core.money import Money
from services.core.pdf import set_document
from services.core.wording import format_money

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from billing.reports.reconciliation import Move, Reconciliation
    from services.core.texts import Locale

# The words are the paper's, as in billing/invoices/labels.py.
_RU: Final[dict[str, Any]] = {
    "title": "Акт сверки взаимных расчётов за\u00a0период с\u00a0{first} по\u00a0{last}",
    "short": "Акт сверки по\u00a0{last}",
    "page": ["Страница", "из"],
    "sides": ["Мы", "Вы"],
    "by": "по\u00a0данным {name}, {currency}",
    "inn": "ИНН",
    "kpp": "КПП",
    "head": ["Дата", "Документ", "Дебет", "Кредит"],
    "opening": "Сальдо на\u00a0начало",
    "turnover": "Обороты за\u00a0период",
    "closing": "Сальдо на\u00a0конец",
    "nothing": "На\u00a0{last} задолженности нет.",
    "owes": "На\u00a0{last} задолженность в\u00a0пользу {name} составляет {sum}.",
    "sign": "должность, подпись, расшифровка",
}
_EN: Final[dict[str, Any]] = {
    "title": "Statement of account from {first} to {last}",
    "short": "Statement of account to {last}",
    "page": ["Page", "of"],
    "sides": ["We", "You"],
    "by": "by the books of {name}, {currency}",
    "inn": "Tax number",
    "kpp": "KPP",
    "head": ["Date", "Document", "Debit", "Credit"],
    "opening": "Opening balance",
    "turnover": "Turnover",
    "closing": "Closing balance",
    "nothing": "On {last} nothing is owed.",
    "owes": "On {last}, {sum} is owed to {name}.",
    "sign": "position, signature, name",
}


def set_reconciliation(found: Reconciliation, *, layout: Locale, paper_of: Callable[[Move], str]) -> bytes:
    """The paper as a PDF; `paper_of` names the document behind a row in the same language."""
    return set_document("reconciliation", facts_of(found, layout, paper_of), on=found.period.to_on)


def facts_of(found: Reconciliation, layout: Locale, paper_of: Callable[[Move], str]) -> dict[str, Any]:
    """All that the template puts on paper; JSON."""
    say = _RU if layout == "ru" else _EN
    last = found.period.to_on
    ours = found.seller.organisation

    def money(amount: Money | None) -> str:
        return "" if amount is None or not amount else format_money(amount, layout, "always")

    return {
        "lang": layout,
        "date": [last.year, last.month, last.day],
        "title": say["title"].format(first=_day(found.period.from_on, layout), last=_day(last, layout)),
        "short": say["short"].format(last=f"{last:%d.%m.%Y}"),
        "page": say["page"],
        "demo": "",
        "bank": None,
        "sides": [
            [say["sides"][0], ", ".join(part for part in (ours.name, _number(say, ours.inn)) if part)],
            [say["sides"][1], ", ".join(part for part in (found.customer.name, _own(say, found)) if part)],
        ],
        "by": say["by"].format(name=ours.name, currency=found.opening.currency),
        "head": say["head"],
        "opening": [say["opening"], *map(money, _sides(found.opening))],
        "rows": [
            [f"{one.on:%d.%m.%Y}", paper_of(one), money(one.debit), money(one.credit)] for one in found.moves
        ],
        "turnover": [say["turnover"], money(found.debit), money(found.credit)],
        "closing": [say["closing"], *map(money, _sides(found.closing))],
        "said": _said(say, found, layout),
        "signs": [[found.seller.head_position, found.seller.head_name]] if found.seller.head_name else [],
        "parties": {"seller": say["sides"][0], "buyer": say["sides"][1]},
        "names": {"seller": ours.name, "buyer": found.customer.name},
        "sign_here": say["sign"],
        "totals": [], "items": "", "summary": "", "words": "", "sentences": [], "purpose": None, "code": None,
    }  # fmt: skip


def _said(say: dict[str, Any], found: Reconciliation, layout: Locale) -> str:
    last = _day(found.period.to_on, layout)
    if not found.closing:
        return str(say["nothing"].format(last=last))
    ours, theirs = found.seller.organisation.name, found.customer.name
    size = Money(abs(found.closing.minor), found.closing.currency)
    name = ours if found.closing.minor > 0 else theirs
    return str(say["owes"].format(last=last, name=name, sum=format_money(size, layout, "always")))


def _sides(balance: Money) -> tuple[Money | None, Money | None]:
    return (balance, None) if balance.minor >= 0 else (None, -balance)


def _own(say: dict[str, Any], found: Reconciliation) -> str:
    return _number(say, found.customer.key if found.customer.key.isdecimal() else None)


def _number(say: dict[str, Any], inn: str | None) -> str:
    return f"{say['inn']}\u00a0{inn}" if inn else ""


def _day(on: date, layout: Locale) -> str:
    shown = format_date(on, "d MMMM y", locale=layout)
    return f"{shown}\u00a0г." if layout == "ru" else str(shown)
