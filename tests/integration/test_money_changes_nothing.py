"""A random free queue is worked twice, the second time with customers who have paid: nothing differs."""

from __future__ import annotations

import pytest
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

QUEUES = 4


def buy(shop, email: str) -> None:
    """A session, paid by card, and an enquiry about a contract: by the verbs of the paid side."""
    with shop.sessions.begin() as db:
        service = catalogue.list_services(db)[0]
        slot = scheduling.nearest(db, service=service, n=1, customer_zone="Asia/Omsk", now=shop.now)[0]
        order = orders.start(
            db, slug=service.slug, start_at=slot.start, holder=Holder(email), country="RU",
            zone="Asia/Omsk", locale="ru", now=shop.now,
        )  # fmt: skip
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


@pytest.mark.parametrize("rich", [(1, 4), (0, 2, 5)])
def test_payments_and_contracts_change_nothing_in_free_support_and_a_fault_is_seen(shop, demo, now, rich):
    with demo.app_sessions.begin() as db:
        authors = customers(db, 6)
    poor = [work(demo, seed=seed, authors=authors, now=now) for seed in range(QUEUES)]
    faulty = [work(demo, seed=n, authors=authors, now=now, head=contract_first) for n in range(QUEUES)]
    assert faulty == poor  # nobody has a contract yet

    for n in rich:
        buy(shop, f"olga{n}@company{n}.example")
    assert len(shop.all(Payment)) == len(rich)

    assert [work(demo, seed=seed, authors=authors, now=now) for seed in range(QUEUES)] == poor
    faulty = [work(demo, seed=n, authors=authors, now=now, head=contract_first) for n in range(QUEUES)]
    assert faulty != poor
