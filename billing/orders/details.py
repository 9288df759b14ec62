"""What the customer says of himself and of his trouble, and who is going to pay."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

from billing import prices, sellers
from billing.orders import deadlines
from billing.orders.errors import HoldOverError
from billing.orders.keep_limits import keep_limits
from billing.orders.queries import require_draft
from services import catalogue, people, sessions
from services.core.errors import InvalidError
from services.people.requisites import check_inn, check_kpp

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from billing.orders.models import Order
    from services.core.texts import Locale
    from services.people.models import Organisation, Person

_ORGANISATION_INN = 10


@dataclass(frozen=True)
class Contact:
    """Whom to write to and call; the address is as typed, unverified."""

    name: str
    email: str
    phone: str = ""


@dataclass(frozen=True)
class Payer:
    """Who pays: a country (ISO 3166 alpha-2), and a company unless he pays for himself.

    `kpp` and `address` stand on invoices; whoever pays by card is not asked for them.
    """

    country: str
    inn: str = ""
    company: str = ""
    kpp: str = ""
    address: str = ""

    def to_json(self) -> dict[str, str]:
        """What an order keeps of it."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: dict[str, str]) -> Payer:
        """Read what an order keeps; older ones know less."""
        return cls(**stored)


@dataclass(frozen=True)
class Trouble:
    """What is wrong, as far as the customer knows; empty means «I don't know»."""

    situation: str
    description: str = ""
    product_slug: str = ""
    project: str = ""
    tool_slug: str = ""


def fill_in(
    db: Session, *, order: Order, contact: Contact, payer: Payer, trouble: Trouble, now: datetime
) -> Order:
    """Write the details into a draft; may be repeated until it is submitted.

    A payer from another country may belong to another seller: the price is then quoted anew.
    Raises HoldOverError, InvalidError (`inn_…`), ContactLimitError for somebody who keeps too much
    unpaid, NoSellerError, NoPriceError.
    """
    require_draft(order, now=now)
    sessions.answer_offer(db, session=order.session, now=now)
    order.organisation = _organisation(db, payer)
    order.person = _person(db, order, contact)
    order.contact = {"name": contact.name, "email": contact.email, "phone": contact.phone}
    order.payer = _with_known(order, payer).to_json()
    _quote_again(db, order, country=payer.country, now=now)
    product = catalogue.get_product(db, slug=trouble.product_slug) if trouble.product_slug else None
    sessions.describe(
        db,
        session=order.session,
        person=order.person,
        organisation=order.organisation,
        product=product,
        situation=trouble.situation,
        description=trouble.description,
        project=trouble.project,
        tool_slug=trouble.tool_slug or None,
        until=deadlines.filling_in_until(order.session.chosen_at, keep_limits(db)),
        now=now,
    )
    db.flush()
    return order


def name_payer(db: Session, *, order: Order, payer: Payer, now: datetime) -> Order:
    """Write down the payer's details in full, as an invoice needs them, into a draft.

    His country is the order's: another one may have another seller and price. Raises HoldOverError,
    InvalidError with the field's name (`payer_missing`, `inn_…`, `kpp_…`), ContactLimitError for a
    company that keeps too much unpaid.
    """
    require_draft(order, now=now)
    payer = replace(checked(payer), country=order.country)
    order.organisation = _organisation(db, payer)
    if order.person is None:
        raise HoldOverError(reference=order.reference)
    sessions.name_organisation(
        db, session=order.session, person=order.person, organisation=order.organisation, now=now
    )
    order.payer = payer.to_json()
    db.flush()
    return order


def checked(payer: Payer) -> Payer:
    """The details as an invoice shows them, numbers as bare digits.

    A Russian company has an ИНН and a КПП, a sole trader (ИНН of 12 digits) has no КПП; abroad
    name and address are enough. Raises InvalidError as `name_payer` does.
    """
    for field, value in (("company", payer.company), ("address", payer.address)):
        if not value.strip():
            raise InvalidError("payer_missing", field=field)
    if payer.country != "RU":
        return replace(payer, kpp="")
    if not payer.inn:
        raise InvalidError("payer_missing", field="inn")
    inn = check_inn(payer.inn)
    if len(inn) != _ORGANISATION_INN:
        return replace(payer, inn=inn, kpp="")
    if not payer.kpp:
        raise InvalidError("payer_missing", field="kpp")
    return replace(payer, inn=inn, kpp=check_kpp(payer.kpp))


def _with_known(order: Order, payer: Payer) -> Payer:
    """What was known of the same payer and isn't asked for here: going back loses nothing."""
    known = Payer.from_json(order.payer) if order.payer else payer
    if payer.kpp or payer.address or known.inn != payer.inn:
        return payer
    return replace(payer, kpp=known.kpp, address=known.address)


def longer_until(db: Session, *, order: Order, now: datetime) -> datetime | None:
    """Until when the draft is kept if more time is asked for; None once it was, or is over."""
    until = deadlines.filling_in_until(order.session.chosen_at, keep_limits(db))
    held = sessions.is_held(order.session, now=now) and order.state == "draft"
    return until if held and sessions.held_until(order.session) < until else None


def extend_while_filling_in(db: Session, *, order: Order, now: datetime) -> None:
    """Give the draft its ten more minutes: once, however often they are asked for."""
    until = deadlines.filling_in_until(order.session.chosen_at, keep_limits(db))
    if order.state == "draft" and now < until:
        sessions.extend_hold(db, session=order.session, until=until, now=now)


def _organisation(db: Session, payer: Payer) -> Organisation | None:
    if not payer.inn and not payer.company:
        return None
    # Until somebody names it, a company is called by its number.
    name = payer.company or payer.inn
    return people.organisation_for(db, inn=payer.inn or None, name=name, country=payer.country)


def _person(db: Session, order: Order, contact: Contact) -> Person:
    locale: Locale = "en" if order.locale == "en" else "ru"
    said = {"name": contact.name, "email": contact.email, "phone": contact.phone}
    if order.person is not None:
        return people.edit_person(db, person=order.person, **said, locale=locale, zone=order.zone)
    return people.add_person(db, **said, locale=locale, zone=order.zone)


def _quote_again(db: Session, order: Order, *, country: str, now: datetime) -> None:
    if country == order.country:
        return
    seller = sellers.seller_for(db, country=country)
    order.country = country
    if seller.id == order.seller_id:
        return
    order.seller = seller
    order.currency = seller.currency
    price, policy = prices.terms_for(
        db, service=order.service, seller=seller, start=order.session.starts_at, now=now
    )
    order.price, order.policy = price.to_json(), policy.to_json()
