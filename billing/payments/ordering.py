"""Paying for an order, as the pages of ordering need it: one verb a button.

These functions commit by themselves and talk to the provider between their transactions: call
them with no transaction open. The provider's settings come with the sessions.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Literal

import structlog

from billing.orders import find_main_bill
from billing.payments.attempts import close_attempt, pay_page
from billing.payments.errors import (
    NoProviderError,
    NothingToPayError,
    ProviderError,
)
from billing.payments.gateway import StripeGateway
from billing.payments.page import PageWishes
from billing.payments.queries import list_live_attempts, list_live_attempts_of
from billing.payments.syncing import sync_live
from billing.settings import billing_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session, sessionmaker

    from billing.orders.models import Bill, Order
    from billing.payments.models import Attempt
    from billing.payments.provider import Provider
    from billing.settings import ProviderSettings

_log = structlog.get_logger()
Patience = Literal["web", "worker"]


@cache
def _gateway(settings: ProviderSettings, patience: Patience) -> StripeGateway:
    """One client for each process: threads share it, and its connections."""
    return StripeGateway(settings, patience=patience)


def provider_of(sessions: sessionmaker[Session], *, patience: Patience) -> Provider:
    """The provider that this installation is set up for; raises NoProviderError without one."""
    with sessions.begin() as db:
        settings = billing_of(db).provider
    if settings is None:
        raise NoProviderError
    return _gateway(settings, patience)


def open_page(
    sessions: sessionmaker[Session],
    *,
    order: Order,
    bill: Bill | None = None,
    success_url: str,
    cancel_url: str,
    clock: Callable[[], datetime],
) -> str:
    """Give the address of the provider's page for a bill of the order, its main one unless another is named.

    The order's time is kept meanwhile.

    `order` was read by `get_order` in a transaction that is over: what may have changed since is
    read again under its lock. Pressing twice gives the same page. `success_url` holds
    `{CHECKOUT_SESSION_ID}`. Raises ProviderError when the page can't be had, NothingToPayError and
    PaymentUnderWayError when the order is paid or about to be, HoldOverError when its time can't
    be kept any longer.
    """
    bill = bill or find_main_bill(order)
    if bill is None:
        raise NothingToPayError(order=order.reference)
    wishes = PageWishes(locale=order.locale, success_url=success_url, cancel_url=cancel_url, delayed=True)
    provider = provider_of(sessions, patience="web")
    return pay_page(sessions, provider, bill_id=bill.id, wishes=wishes, now=clock())


def sync_order(
    sessions: sessionmaker[Session], *, order_reference: str, clock: Callable[[], datetime]
) -> None:
    """Ask the provider how the order's live attempts went; its silence is the poll's business."""
    try:
        for attempt in _live(sessions, order_reference):
            provider = provider_of(sessions, patience="web")
            sync_live(sessions, provider, attempt=attempt, now=clock())
    except ProviderError as trouble:
        _log.warning("order_not_synced", order=order_reference, why=str(trouble))


def close_order(
    sessions: sessionmaker[Session],
    *,
    order_reference: str,
    clock: Callable[[], datetime],
    patience: Patience = "worker",
) -> bool:
    """Close the order's open pages; True when no money can come through them any more.

    False: a page turned out to be completed and its money is under way, so that the order's
    time must be kept. A page that was paid confirms the order in here. Raises ProviderError when
    nothing is known.
    """
    closed = True
    for attempt in _live(sessions, order_reference):
        provider = provider_of(sessions, patience=patience)
        closed &= close_attempt(sessions, provider, reference=attempt.reference, now=clock())
    return closed


def is_settling(db: Session, *, order: Order) -> bool:
    """Whether a completed page's money is on its way: then nobody should pay again."""
    return any(attempt.state == "processing" for attempt in list_live_attempts(db, order=order))


def _live(sessions: sessionmaker[Session], order_reference: str) -> Sequence[Attempt]:
    with sessions.begin() as db:
        return list_live_attempts_of(db, order_reference=order_reference)
