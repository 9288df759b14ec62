"""One demo customer's way from a chosen time to a paid session, and what becomes of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from billing import invoices, orders, payments, refunds, trust
from billing.orders.letters import order_url
from services import documents, sessions
from services.sessions import Holder
from webapp.demo.offerings import ACTOR
from webapp.demo.statements import bring_transfer

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session, sessionmaker

    from billing.orders.models import Order
    from services.core.money import Money
    from services.core.texts import Locale
    from services.sessions.models import RemoteSession
    from webapp.demo.till import Till

_ADDRESS, _AGENT = "192.0.2.1", "demo"
_CONNECTION_ID = "123 456 789"
_FILLING_IN, _PAYING = timedelta(minutes=3), timedelta(minutes=2)
_ANSWERING = timedelta(minutes=20)
_REGRET = timedelta(hours=30)
_READY = timedelta(hours=1)


@dataclass(frozen=True)
class Credit:
    """How much a company may owe, and for how many days after a session."""

    limit: Money
    term_days: int


@dataclass(frozen=True)
class Customer:
    """Somebody who orders, for his company."""

    name: str
    email: str
    phone: str
    zone: str
    locale: Locale
    company: str
    inn: str
    country: str
    kpp: str = ""
    address: str = ""
    accountant: str = ""
    credit: Credit | None = None


@dataclass(frozen=True)
class Purchase:
    """What he orders, and what happens afterwards; moments are aware.

    `pays` is card, transfer, credit, late (a transfer after the time was given up), or anything else:
    then the invoice waits. `paid_at` is when a transfer comes.
    """

    customer: Customer
    service_slug: str
    start_at: datetime
    ordered_at: datetime
    situation: str
    trouble: str
    product_slug: str
    project: str
    points: int
    is_cancelled: bool
    pays: str = "card"
    paid_at: datetime | None = None


def buy(factory: sessionmaker[Session], till: Till, purchase: Purchase) -> str:
    """Order and pay; gives the order's reference. Commits step by step."""
    if purchase.pays == "card":
        return _buy_by_card(factory, till, purchase)
    if purchase.pays == "credit":
        return _buy_on_credit(factory, purchase)
    with factory.begin() as db:
        order = _order(db, purchase, now=purchase.ordered_at)
        submitted_at = purchase.ordered_at + _FILLING_IN
        document = invoices.submit_by_transfer(
            db,
            order=order,
            agreement=_agreement(db, order, now=submitted_at),
            billing_email=purchase.customer.accountant,
            now=submitted_at,
        )
        reference, document_id, session_id = order.reference, document.id, order.session_id
        kept_until = sessions.held_until(order.session)
    if purchase.pays == "late" and kept_until is not None:
        with factory.begin() as db:
            payments.let_lapse(db, session_id=session_id, now=kept_until)
    if purchase.paid_at is not None:
        bring_transfer(factory, document_id=document_id, paid_at=purchase.paid_at)
    return reference


def _buy_by_card(factory: sessionmaker[Session], till: Till, purchase: Purchase) -> str:
    opened_at = purchase.ordered_at + _FILLING_IN
    with factory.begin() as db:
        order = _order(db, purchase, now=purchase.ordered_at)
        bill = orders.submit(
            db,
            order=order,
            method="card",
            agreement=_agreement(db, order, now=opened_at),
            now=opened_at,
        )
        url = order_url(db, order)
        attempt = payments.open_attempt(
            db,
            bill_id=bill.id,
            livemode=False,
            now=opened_at,
            wishes=payments.PageWishes(
                locale=order.locale,
                success_url=f"{url}/return?page={{CHECKOUT_SESSION_ID}}",
                cancel_url=f"{url}/review",
            ),
        )
        reference, order_reference = attempt.reference, order.reference
    till.pay(factory, attempt=reference, opened_at=opened_at, paid_at=opened_at + _PAYING)
    return order_reference


def _buy_on_credit(factory: sessionmaker[Session], purchase: Purchase) -> str:
    """A marked company asks for credit, and the coordinator grants it a little later."""
    asked_at, customer = purchase.ordered_at + _FILLING_IN, purchase.customer
    with factory.begin() as db:
        order = _order(db, purchase, now=purchase.ordered_at)
        company = order.organisation
        if company is not None and customer.credit is not None:
            trust.add_credit_line(
                db,
                organisation=company,
                limit=customer.credit.limit,
                term_days=customer.credit.term_days,
                actor=ACTOR,
                now=purchase.ordered_at,
            )
        asked = trust.submit_on_credit(
            db,
            order=order,
            agreement=_agreement(db, order, now=asked_at),
            billing_email=customer.accountant,
            now=asked_at,
        )
        trust.grant_trust(db, reference=asked.reference, actor=ACTOR, reason="", now=asked_at + _ANSWERING)
        return order.reference


def follow(db: Session, purchase: Purchase, reference: str, *, now: datetime) -> None:
    """Let happen what has happened to a paid order by `now`."""
    order = orders.get_order(db, reference=reference, lock=True)
    if purchase.is_cancelled:
        regret_at = max(purchase.start_at - _REGRET, purchase.ordered_at + _READY)
        refunds.cancel_order(db, order=order, actor="customer", now=regret_at)
        return
    session = order.session
    if order.state != "confirmed":
        return
    if session.starts_at <= now:
        _hold_session(db, session, now=now)
    elif purchase.points:
        ready_at = purchase.ordered_at + _READY
        sessions.set_checklist(db, session=session, done=sessions.POINTS[: purchase.points], now=ready_at)


def _order(db: Session, purchase: Purchase, *, now: datetime) -> Order:
    customer = purchase.customer
    order = orders.start(
        db,
        slug=purchase.service_slug,
        start_at=purchase.start_at,
        country=customer.country,
        zone=customer.zone,
        locale=customer.locale,
        now=now,
        holder=Holder(f"demo {customer.email} {purchase.start_at.isoformat()}"),
    ).order(db)
    return orders.fill_in(
        db,
        order=order,
        now=now,
        contact=orders.Contact(customer.name, customer.email, customer.phone),
        payer=orders.Payer(customer.country, customer.inn, customer.company, customer.kpp, customer.address),
        trouble=orders.Trouble(purchase.situation, purchase.trouble, purchase.product_slug, purchase.project),
    )


def _agreement(db: Session, order: Order, *, now: datetime) -> orders.Agreement:
    today = now.astimezone(ZoneInfo(order.seller.zone)).date()
    versions = {kind: documents.get_current(db, kind=kind, on=today).n for kind in orders.CONSENTS}
    return orders.Agreement(versions, _ADDRESS, _AGENT)


def _hold_session(db: Session, session: RemoteSession, *, now: datetime) -> None:
    ready_at = session.starts_at - _READY
    on = ready_at.astimezone(ZoneInfo(session.promised_zone)).date()
    sessions.set_checklist(db, session=session, done=sessions.POINTS, now=ready_at)
    sessions.set_connection(
        db, session=session, tool_slug="rudesktop", connection_id=_CONNECTION_ID, now=ready_at
    )
    sessions.consent(
        db,
        session=session,
        version=documents.get_current(db, kind="consent_remote", on=on),
        address=_ADDRESS,
        agent=_AGENT,
        now=ready_at,
    )
    member = sessions.specialist_of(db, session=session).staff_member
    actor = f"staff:{member.person_id}"
    sessions.start(db, session=session, actor=actor, now=session.starts_at)
    if session.ends_at <= now:
        sessions.deliver(db, session=session, actor=actor, now=session.ends_at)
