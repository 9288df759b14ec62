"""The ways to pay that an order is offered before it becomes binding, each with what it means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from billing import orders, trust
from services.core.wording import format_day, format_deadline, format_money, format_time
from webapp.i18n import current_locale
from webapp.i18n import gettext as _
from webapp.request import db, now

if TYPE_CHECKING:
    from billing.orders import Term
    from billing.orders.models import Order
    from billing.trust import Offer

INVOICED = frozenset({"transfer", "payment_order", "credit"})
"""The ways for which an invoice is issued, so that the payer's details are needed."""


@dataclass(frozen=True)
class Way:
    """One way to pay: its code, its name, what it means in time, and what its button says."""

    code: str
    title: str
    note: str
    action: str


@dataclass(frozen=True)
class Ways:
    """What an order may be paid by, a company's own way first; `notice` says what it may not, and why."""

    open: list[Way]
    notice: str


def ways_of(order: Order) -> Ways:
    """What the seller takes and the time still allows.

    A payment order is for starts that are too near for a plain transfer: else it is not shown.
    """
    offers = {offer.method: offer for offer in trust.offers(db(), order=order, now=now())}
    shown = [offer for offer in offers.values() if offer.is_open]
    if offers["transfer"].is_open:
        shown = [offer for offer in shown if offer.method != "payment_order"]
    return Ways([_way(order, offer) for offer in shown], _notice(offers["transfer"], shown))


def _notice(transfer: Offer, shown: list[Offer]) -> str:
    if transfer.why == "unpaid_addendum":
        return _(
            "There is an unpaid invoice for further time that you agreed to in an earlier session. "
            "Pay it first, please: then you can order again. Free support is open as ever."
        )
    if transfer.why == "too_near" and all(offer.method == "card" for offer in shown):
        return _("By invoice there is no time left: the money would arrive after the start.")
    return ""


def _way(order: Order, offer: Offer) -> Way:
    if offer.term is None:
        return _card(order)
    if offer.method == "credit":
        return _credit(order, offer.term)
    return _transfer(order, offer.term) if offer.method == "transfer" else _payment_order(order, offer.term)


def _transfer(order: Order, term: Term) -> Way:
    note = _(
        "The invoice comes at once. Pay by %(day)s; we keep the time until %(until)s, "
        "so that the money can arrive.",
        day=_due_day(order, term),
        until=format_deadline(term.kept_until, order.zone, current_locale()),
    )
    return Way(
        "transfer", _("By invoice, from a company"), note, _("Get an invoice for %(sum)s", sum=_sum(order))
    )


def _payment_order(order: Order, term: Term) -> Way:
    note = _(
        "The session is too near for the money itself. Pay the invoice that comes at once, and attach "
        "the payment order with your bank’s mark by %(until)s: we confirm by it.",
        until=format_deadline(term.kept_until, order.zone, current_locale()),
    )
    title = _("By invoice, with a payment order")
    return Way("payment_order", title, note, _("Get an invoice for %(sum)s", sum=_sum(order)))


def _credit(order: Order, term: Term) -> Way:
    note = _(
        "As agreed with your company: we confirm the time within a working hour, and the invoice "
        "is to be paid by %(day)s.",
        day=_due_day(order, term),
    )
    action = _("Order for %(sum)s, to be paid later", sum=_sum(order))
    return Way("credit", _("By invoice, after the session"), note, action)


def _card(order: Order) -> Way:
    until = orders.kept_while_paying(db(), order=order, now=now())
    note = _(
        "The booking is confirmed at once. We keep the time until %(time)s while you pay, "
        "on the secure page of the payment provider.",
        time=format_time(until, order.zone),
    )
    return Way("card", _("By card"), note, _("Go on to pay %(sum)s", sum=_sum(order)))


def _sum(order: Order) -> str:
    return format_money(order.quote.gross, current_locale())


def _due_day(order: Order, term: Term) -> str:
    return format_day(term.due_at.astimezone(ZoneInfo(order.seller.zone)).date(), current_locale())
