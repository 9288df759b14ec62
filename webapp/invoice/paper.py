"""An invoice as a part of a page: what its PDF says, in the document's own language."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from flask import render_template
from markupsafe import Markup

from services.core.money import Money
from webapp.i18n import in_language
from webapp.invoice.code import code_svg

if TYPE_CHECKING:
    from billing.invoices.content import Content


@dataclass(frozen=True)
class Row:
    """One row of the table."""

    text: str
    quantity: int
    unit: str
    net: Money
    gross: Money


def paper_of(content: Content, *, is_void: bool, with_code: bool) -> Markup:
    """The invoice as HTML; `with_code` while it is to be paid."""
    with in_language(content.layout):
        drawn = render_template(
            "invoice/_paper.html",
            content=content,
            is_void=is_void,
            code=code_svg(content.qr) if with_code else "",
            lines=_rows(content),
            taxes=_taxes(content),
            reasons=sorted({line.vat_reason for line in content.lines if line.vat_reason}),
            net=Money(content.net, content.currency),
            gross=Money(content.gross, content.currency),
        )
    return Markup(drawn)  # noqa: S704 - a template of ours, escaped there


def _rows(content: Content) -> list[Row]:
    return [
        Row(
            line.text,
            line.quantity,
            line.unit,
            Money(line.net, content.currency),
            Money(line.gross, content.currency),
        )
        for line in content.lines
    ]


def _taxes(content: Content) -> list[tuple[Decimal | None, Money]]:
    return [
        (None if rate is None else Decimal(rate) / 100, Money(vat, content.currency))
        for rate, _net, vat, _gross in content.vat_total
    ]
