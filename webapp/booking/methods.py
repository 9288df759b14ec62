"""The ways to pay that an order is offered before it becomes binding, each with what it means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from billing import invoices, orders
from services.core.wording import format_day, format_deadline, format_money, format_time
from webapp.i18n import current_locale
from webapp.i18n import gettext as _
from webapp.request import db, now

if TYPE_CHECKING:
    from billing.orders.models import Order


@dataclass(frozen=True)
class Way:
    """One way to pay: its code, its name, what it means in time, and what its button says."""

    code: str
    title: str
    note: str
    action: str


def ways_of(order: Order) -> list[Way]:
    """What the seller takes and the time still allows; a company's own way first."""
    return [way for way in (_transfer(order), _card(order)) if way is not None]


def _transfer(order: Order) -> Way | None:
    term = invoices.find_transfer(db(), order=order, now=now())
    if term is None:
        return None
    locale = current_locale()
    note = _(
        "The invoice comes at once. Pay by %(day)s; we keep the time until %(until)s, "
        "so that the money can arrive.",
        day=format_day(term.pay_by_on, locale),
        until=format_deadline(term.kept_until, order.zone, locale),
    )
    action = _("Get an invoice for %(sum)s", sum=format_money(order.quote.gross, locale))
    return Way("transfer", _("By invoice, from a company"), note, action)


def _card(order: Order) -> Way | None:
    if "card" not in order.seller.methods:
        return None
    until = orders.kept_while_paying(db(), order=order, now=now())
    note = _(
        "The booking is confirmed at once. We keep the time until %(time)s while you pay, "
        "on the secure page of the payment provider.",
        time=format_time(until, order.zone),
    )
    action = _("Go on to pay %(sum)s", sum=format_money(order.quote.gross, current_locale()))
    return Way("card", _("By card"), note, action)
