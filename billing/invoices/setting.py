"""Setting a document as a PDF: what it says becomes words and figures, the template puts them on paper."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from billing.invoices import labels
from billing.invoices.purpose import percent
from billing.invoices.qr import code_picture
from services.core.money import Money
from services.core.pdf import find_unprintable, set_document
from services.core.wording import format_day, format_money

if TYPE_CHECKING:
    from datetime import date

    from billing.invoices.content import Content, Line, Party


def set_pdf(content: Content) -> bytes:
    """The document as PDF; same content, same bytes."""
    return set_document(content.kind, facts_of(content), on=content.issued_on)


def unprintable(content: Content) -> list[str]:
    """The characters that the paper can't show: they stand as boxes on it."""
    return find_unprintable(facts_of(content))


def facts_of(content: Content) -> dict[str, Any]:
    """All that a template puts on paper, in the document's language; JSON."""
    say = labels.of(content.layout)
    title = say["title"][content.kind].format(
        number=content.number, on=_day(content, content.issued_on, full=True)
    )
    on = content.issued_on
    return {
        "lang": content.layout,
        "date": [on.year, on.month, on.day],
        "title": title,
        "short": say["short"][content.kind].format(number=content.number),
        "page": say["page"],
        "demo": say["demo"] if content.demo else "",
        "bank": _bank(content, say),
        "sides": _sides(content, say),
        "head": say["columns"],
        "rows": [_row(n, line, content) for n, line in enumerate(content.lines, 1)],
        "items": say["items"],
        "totals": _totals(content, say),
        "summary": say["summary"].format(n=len(content.lines), total=_money(content, content.gross)),
        "words": _kept_together(content.words),
        "sentences": [*_sentences(content, say), *content.notes],
        "purpose": {"label": say["purpose"], "text": content.purpose} if content.purpose else None,
        "code": _code(content, say),
        "signs": [[one.position, one.name] for one in content.signatories],
        "parties": {"seller": say["contractor"], "buyer": say["customer"]},
        "names": {"seller": content.seller.name, "buyer": content.buyer.name},
        "sign_here": say["sign_here"],
        "upd": _transfer_table(content, say),
    }


def _bank(content: Content, say: dict[str, Any]) -> dict[str, str] | None:
    if content.bank is None:
        return None
    return {
        **{f"{name}_label": label for name, label in say["bank"].items()},
        "name": content.bank.name,
        "bic": content.bank.bic,
        "corr": content.bank.corr_account or "\u2014",
        "account": content.bank.account,
        "swift": content.bank.swift,
        "payee": content.seller.name,
        "inn": content.seller.inn,
        "kpp": content.seller.kpp or "\u2014",
        "title": say["bank_title"],
    }


def _sides(content: Content, say: dict[str, Any]) -> list[list[str]]:
    sides = [
        [say["seller"], _party(content.seller, say)],
        [say["buyer"], _party(content.buyer, say)],
        [say["basis"], content.basis],
    ]
    if content.corrects is not None:
        number, on = content.corrects.number, _day(content, content.corrects.on)
        sides.append([say["corrects"], say["corrected"][content.corrects.kind].format(number=number, on=on)])
    if content.service_on is not None:
        sides.append([say["service_on"], _day(content, content.service_on)])
    return sides


def _party(party: Party, say: dict[str, Any]) -> str:
    numbers = [f"{say[name]}\u00a0{value}" for name, value in _numbers(party) if value]
    return ", ".join(filter(None, (party.name, *numbers, party.address)))


def _numbers(party: Party) -> list[tuple[str, str]]:
    return [("inn", party.inn), ("kpp", party.kpp), ("ogrn", party.ogrn)]


def _row(n: int, line: Line, content: Content) -> list[str]:
    return [
        str(n),
        line.text,
        str(line.quantity),
        line.unit,
        _price(line, content),
        _rate(line.vat_rate, content),
        _figure(content, line.gross),
    ]


def _transfer_table(content: Content, say: dict[str, Any]) -> dict[str, Any]:
    """The wider table of a transfer document: units by ОКЕИ, net, rate, tax and gross of each line."""
    rows = [
        [
            *(str(n), line.text, line.okei, line.unit, str(line.quantity)),
            *(_price(line, content), _figure(content, line.net), _rate(line.vat_rate, content)),
            *(_figure(content, line.vat), _figure(content, line.gross)),
        ]
        for n, line in enumerate(content.lines, 1)
    ]
    tax = content.gross - content.net
    sums = [_figure(content, content.net), "", _figure(content, tax), _figure(content, content.gross)]
    return {**say["upd"], "rows": rows, "sums": sums}


def _price(line: Line, content: Content) -> str:
    """The price of one unit, rounded half up: the sums beside it are the exact ones."""
    return _figure(content, (2 * line.net + line.quantity) // (2 * line.quantity))


def _rate(rate: int | None, content: Content) -> str:
    return labels.of(content.layout)["no_vat_short"] if rate is None else f"{percent(rate)}%"


def _totals(content: Content, say: dict[str, Any]) -> list[list[str]]:
    rows = [[say["net"], _figure(content, content.net), ""]]
    for rate, _net, vat, _gross in content.vat_total:
        if rate is None:
            rows.append([say["no_vat"], "\u2014", ""])
        else:
            rows.append([say["vat"].format(rate=percent(rate)), _figure(content, vat), ""])
    return [*rows, [say["total"][content.kind], _money(content, content.gross), "bold"]]


def _sentences(content: Content, say: dict[str, Any]) -> list[str]:
    reasons = dict.fromkeys(line.vat_reason for line in content.lines if line.vat_reason)
    due = [say["due"].format(on=_day(content, content.due_on))] if content.due_on is not None else []
    said = say["sentence"].get(content.kind)
    return [*due, *([said] if said else []), *(f"{reason}." for reason in reasons)]


def _code(content: Content, say: dict[str, Any]) -> dict[str, str] | None:
    if not content.qr:
        return None
    return {"svg": code_picture(content.qr), "title": say["code_title"], "text": say["code_text"]}


def _money(content: Content, minor: int) -> str:
    return format_money(Money(minor, content.currency), content.layout, "always")


def _figure(content: Content, minor: int) -> str:
    """The sum without its currency, which stands in the totals."""
    said = format_money(Money(minor, "RUB"), "ru", "always")
    return said.removesuffix("\u00a0₽") if content.layout == "ru" else _money(content, minor)


def _kept_together(words: str) -> str:
    """The figure of the small units stays beside its word."""
    return re.sub(r"(\d) ", "\\1\u00a0", words)


def _day(content: Content, on: date, *, full: bool = False) -> str:
    said = format_day(on, content.layout, year=True, style="plain")
    return f"{said}\u00a0года" if full and content.layout == "ru" else said
