"""Customers of free support who have paid, and a random queue worked before they did and after."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import select

from billing import orders
from billing.payments.models import Payment
from services import catalogue, contracts, documents, scheduling
from services.contracts.models import Enquiry
from services.people.models import Person
from services.sessions import Holder
from services.support.queue.order import NOBODYS
from services.support.requests.models import Request
from tests.metamorphic import customers, work


class Compared(NamedTuple):
    """The seeds whose queues differed, and those in which the planted fault was seen."""

    differing: list[int]
    noticed: list[int]


def compare(demo, shop, *, seeds, rich, steps=14) -> Compared:
    """Work the queue of each seed while nobody has paid, and again once the `rich` of six customers have."""
    with demo.app_sessions.begin() as db:
        authors = customers(db, 6)

    def worked(head=None):
        return [
            work(demo, seed=seed, authors=authors, now=shop.now, steps=steps, head=head) for seed in seeds
        ]

    now, poor = shop.now, worked()
    assert worked(contract_first) == poor  # nobody has a contract yet
    for n in rich:
        buy(shop, f"olga{n}@company{n}.example")
    assert (len(shop.all(Payment)), shop.now) == (len(rich), now)
    return Compared(
        [seed for seed, before, after in zip(seeds, poor, worked(), strict=True) if before != after],
        [
            seed
            for seed, before, after in zip(seeds, poor, worked(contract_first), strict=True)
            if before != after
        ],
    )


def buy(shop, email: str) -> None:
    """A session, paid by card, and an enquiry about a contract: by the verbs of the paid side."""
    with shop.sessions.begin() as db:
        service = catalogue.list_services(db)[0]
        slot = scheduling.nearest(db, service=service, n=1, customer_zone="Asia/Omsk", now=shop.now)[0]
        order = orders.start(
            db, slug=service.slug, start_at=slot.start, holder=Holder(email), country="RU",
            zone="Asia/Omsk", locale="ru", now=shop.now,
        ).order(db)  # fmt: skip
        orders.fill_in(
            db, order=order, contact=orders.Contact("Ольга", email), payer=orders.Payer("RU"),
            trouble=orders.Trouble("nothing_works"), now=shop.now,
        )  # fmt: skip
        today = shop.now.date()
        versions = {kind: documents.get_current(db, kind=kind, on=today).n for kind in orders.CONSENTS}
        agreement = orders.Agreement(versions, "127.0.0.1", "test")
        orders.submit(db, order=order, method="card", agreement=agreement, now=shop.now)
        wishes = contracts.Wishes(company=email.partition("@")[2], contact_name="Ольга", email=email)
        contracts.enquire(db, wishes=wishes, form_key=f"key-{email}", locale="ru", now=shop.now)
        reference = order.reference
    shop.pay(reference)
    shop.sync(reference)


def contract_first(db):
    """The planted fault: whoever asked for a contract is the head."""
    query = (
        select(Request)
        .join(Person, Person.id == Request.author_id)
        .outerjoin(Enquiry, Enquiry.email == Person.email)
        .where(*NOBODYS)
        .order_by(Enquiry.id, Request.due_at, Request.received_at, Request.number)
    )
    return db.scalars(query.limit(1)).first()
