"""The mails that an order causes; each is a row of the transaction that causes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from billing.orders.ending import steps_ahead
from services import calendars, sessions
from services.core import mail
from services.core.db import core_of
from services.core.links import secret_link
from services.core.texts import Locale, Texts
from services.core.vendor import vendor

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from billing.orders.models import Bill, Order
    from services.core.mail import CalendarPart
    from services.core.money import Money
    from services.people.models import Person
    from services.sessions.models import Wish


class NobodyToWriteToError(LookupError):
    """A mail was asked for an order that has no person yet: a mistake of the program."""


def locale_of(order: Order) -> Locale:
    """The language the customer ordered in."""
    return "en" if order.locale == "en" else "ru"


def addressee(order: Order) -> Person:
    """Who ordered; raises NobodyToWriteToError for a draft that nobody has filled in."""
    if order.person is None:
        raise NobodyToWriteToError(order.reference)
    return order.person


def order_url(db: Session, order: Order) -> str:
    """The address of the order's next step, for the customer alone."""
    return secret_link(core_of(db), "o", order.reference, order.link_version)


def session_url(db: Session, order: Order) -> str:
    """The address of the session's page, for the customer alone."""
    session = order.session
    return secret_link(core_of(db), "s", session.reference, session.link_version)


def session_facts(order: Order, *, url: str) -> dict[str, Any]:
    """What every mail about the session says of it."""
    session = order.session
    return {
        "session_ref": session.reference,
        "service": Texts.from_json(session.service["name"]),
        "starts_at": session.starts_at,
        "ends_at": session.ends_at,
        "zone": order.zone,
        "url": url,
    }


def _send(
    db: Session,
    *,
    order: Order,
    event: str,
    facts: dict[str, Any],
    calendar: CalendarPart | None = None,
    now: datetime,
) -> None:
    person = addressee(order)
    mail.queue(
        db,
        event=event,
        to=mail.Recipient(person.name, person.email),
        locale=locale_of(order),
        facts=facts,
        subject_ref=f"order:{order.reference}",
        calendar=calendar,
        thread=order.session.reference,
        now=now,
    )


def send_order_link(db: Session, *, order: Order, bill: Bill, now: datetime) -> None:
    """The way back to an order that waits for its payment."""
    _send(
        db,
        order=order,
        event="order_link",
        now=now,
        facts=session_facts(order, url=order_url(db, order))
        | {
            "order_ref": order.reference,
            "minutes": order.session.service["minutes"],
            "total": bill.total,
            "held_until": bill.due_at,
        },
    )


def send_offer(db: Session, *, order: Order, wish: Wish, now: datetime) -> None:
    """That a time is free now and kept for who waits for one; nobody has ordered anything yet."""
    to, locale = sessions.wish_reader(wish)
    facts = session_facts(order, url=order_url(db, order)) | {
        "wish_ref": wish.reference,
        "minutes": order.session.service["minutes"],
        "total": order.quote.gross,
        "held_until": sessions.held_until(order.session),
        "wish_url": sessions.wish_url(db, wish),
    }
    mail.queue(
        db, event="wish_offered", to=to, locale=locale, facts=facts,
        subject_ref=f"wish:{wish.reference}", thread=wish.reference, now=now,
    )  # fmt: skip


def send_confirmation(db: Session, *, order: Order, bill: Bill, specialist: str, now: datetime) -> None:
    """The confirmation with the invitation; `specialist` is the name of who does the session."""
    quote = order.quote
    vat_line = next(line for line in quote.lines if line.kind == "vat")
    url = session_url(db, order)
    facts = session_facts(order, url=url) | {
        "order_ref": order.reference,
        "minutes": order.session.service["minutes"],
        "specialist": specialist,
        "paid": bill.total,
        "due_on": order.credit_due_on if bill.state == "open" else None,
        "vat": quote.vat if vat_line.code != "exempt" else None,
        "vat_percent": None if vat_line.code == "exempt" else _percent(vat_line.facts["rate"]),
        "ladder": steps_ahead(order, now=now),
        "ordered_at": order.created_at,
    }
    invitation = _invitation(db, order=order, specialist=specialist, url=url, now=now)
    _send(db, order=order, event="session_confirmed", facts=facts, calendar=invitation, now=now)


def _invitation(db: Session, *, order: Order, specialist: str, url: str, now: datetime) -> CalendarPart:
    person, session, locale = addressee(order), order.session, locale_of(order)
    words = calendars.for_customer(
        vendor=vendor(db),
        service=Texts.from_json(session.service["name"]),
        specialist=specialist,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        zone=order.zone,
        url=url,
        locale=locale,
    )
    return calendars.invite(
        db,
        session_ref=session.reference,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        summary=words.summary,
        description=words.description,
        url=words.url,
        now=now,
        attendee=calendars.Attendee(person.name, person.email, locale, "customer"),
    )


def send_cancellation(
    db: Session,
    *,
    order: Order,
    ended_by: str,
    refund: Money | None,
    kept: Money | None,
    owed: Money | None = None,
    now: datetime,
) -> None:
    """That the session is off, with what comes back or is owed, and the withdrawal of the invitation."""
    withdrawal = calendars.cancel(db, session_ref=order.session.reference, now=now)
    facts = session_facts(order, url=session_url(db, order)) | {
        "order_ref": order.reference,
        "ended_by": ended_by,
        "refund": refund,
        "kept": kept,
        "owed": owed,
    }
    _send(db, order=order, event="session_cancelled", facts=facts, calendar=withdrawal, now=now)


def send_time_gone(db: Session, *, order: Order, amount: Money, until: datetime, now: datetime) -> None:
    """That money came after the time was given away, and that it is his to choose until then."""
    facts = session_facts(order, url=order_url(db, order))
    choice = {"order_ref": order.reference, "amount": amount, "choose_until": until}
    _send(db, order=order, event="time_gone", facts=facts | choice, now=now)


def send_refund(db: Session, *, order: Order, amount: Money, now: datetime) -> None:
    """That the money is on its way back."""
    facts = session_facts(order, url=session_url(db, order))
    wanted = {"service", "starts_at", "zone", "url"}
    _send(
        db,
        order=order,
        event="refund_sent",
        now=now,
        facts={key: facts[key] for key in wanted} | {"order_ref": order.reference, "amount": amount},
    )


def _percent(rate: int) -> int | float:
    whole, rest = divmod(rate, 100)
    return rate / 100 if rest else whole
