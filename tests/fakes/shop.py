"""The demo vendor's shop with a card provider: orders up to their payment page, and what is true of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from sqlalchemy import select, text

from billing import inbox, orders, payments, refunds
from billing.payments.gateway import StripeGateway
from billing.payments.models import Allocation, Attempt, Payment
from billing.refunds.models import Refund
from billing.settings import BillingSettings, ProviderSettings
from billing.tasks.models import Task
from services import catalogue, documents, scheduling
from services.core.db import make_sessions
from services.sessions import Holder

NOW = datetime(2026, 11, 23, 7, 20, tzinfo=UTC)
_customers = count(1)


class Shop:
    """Commands with the clock and the provider filled in; `now` may be moved by a test."""

    def __init__(self, database, double) -> None:
        self.double = double
        self.now = NOW
        self.done: set[str] = set()
        self.settings = ProviderSettings(
            secret_key=double.account.secret_key,
            webhook_secrets=(double.webhook_secret,),
            livemode=double.account.livemode,
            api_base=double.url,
        )
        billing = BillingSettings(provider=self.settings)
        self.sessions = make_sessions(database.engine, database.core, billing=billing)
        self.provider = StripeGateway(self.settings, patience="web", timeout=(1, 2))
        self.at(NOW)

    def clock(self):
        return self.now

    def at(self, moment) -> None:
        self.now = moment
        self.double.at(moment)

    def later(self, **span) -> None:
        self.at(self.now + timedelta(**span))

    def place(self, *, country="RU", nth=0) -> str:
        """Order the first service at the nth time that is free, up to the payment; its reference."""
        number = next(_customers)
        with self.sessions.begin() as db:
            service = catalogue.list_services(db)[0]
            slots = scheduling.nearest(
                db, service=service, n=nth + 1, customer_zone="Asia/Krasnoyarsk", now=self.now
            )
            order = orders.start(
                db, slug=service.slug, start_at=slots[nth].start, holder=Holder(f"browser-{number}"),
                country=country, zone="Asia/Krasnoyarsk", locale="ru", now=self.now,
            ).order(db)  # fmt: skip
            orders.fill_in(
                db, order=order, contact=orders.Contact("Ольга", f"olga{number}@customer.example"),
                payer=orders.Payer(country), trouble=orders.Trouble("nothing_works"), now=self.now,
            )  # fmt: skip
            today = self.now.date()
            versions = {kind: documents.get_current(db, kind=kind, on=today).n for kind in orders.CONSENTS}
            agreement = orders.Agreement(versions, "127.0.0.1", "test")
            orders.submit(db, order=order, method="card", agreement=agreement, now=self.now)
            return order.reference

    def open_page(self, order: str) -> str:
        """Press «pay»: the page's id at the provider."""
        with self.sessions() as db:
            read = orders.get_order(db, reference=order)
        url = payments.open_page(
            self.sessions, order=read, clock=self.clock,
            success_url="http://127.0.0.1:1/return?checkout={CHECKOUT_SESSION_ID}",
            cancel_url="http://127.0.0.1:1/pay",
        )  # fmt: skip
        return url.rsplit("/", 1)[1]

    def pay(self, order: str, outcome="pay") -> str:
        """Open the page and let it end in this way."""
        page = self.open_page(order)
        self.double.outcome(page, outcome)
        return page

    def poll(self) -> int:
        return payments.poll_attempts(self.sessions, self.provider, now=self.now)

    def sync(self, order: str) -> None:
        payments.sync_order(self.sessions, order_reference=order, clock=self.clock)

    def take(self, event) -> None:
        """Receive an event as the webhook does."""
        from billing.payments.reading import read_event

        with self.sessions.begin() as db:
            inbox.receive_event(db, event=read_event(event), now=self.now)

    def work(self, event) -> str:
        """Receive an event and do its job."""
        self.take(event)
        return inbox.follow_event(self.sessions, self.provider, event_ref=event["id"], now=self.now)

    def submit_refunds(self) -> list[str]:
        with self.sessions() as db:
            waiting = db.scalars(select(Refund.reference).where(Refund.state == "approved")).all()
        return [
            refunds.submit_refund(self.sessions, self.provider, reference=one, now=self.now)
            for one in waiting
        ]

    def run_surplus(self) -> None:
        """Do the waiting refund_surplus jobs."""
        for job in self.jobs("refund_surplus"):
            if job["payment"] not in self.done:
                self.done.add(job["payment"])
                with self.sessions.begin() as db:
                    refunds.refund_surplus(db, payment_reference=job["payment"], now=self.now)

    def jobs(self, name: str) -> list[dict]:
        query = text("SELECT args FROM procrastinate_jobs WHERE task_name = :name ORDER BY id")
        with self.sessions() as db:
            return list(db.scalars(query, {"name": name}))

    def order(self, reference: str):
        with self.sessions() as db:
            order = orders.get_order(db, reference=reference)
            _ = (order.session.state, [bill.state for bill in order.bills])
            return order

    def cancel(self, reference: str, actor="customer") -> None:
        with self.sessions.begin() as db:
            order = orders.get_order(db, reference=reference, lock=True)
            refunds.cancel_order(db, order=order, actor=actor, now=self.now)

    def all(self, model):
        with self.sessions() as db:
            return db.scalars(select(model).order_by(model.id)).all()

    def attempts(self):
        return self.all(Attempt)

    def payments(self):
        return self.all(Payment)

    def allocations(self):
        return self.all(Allocation)

    def refunds(self):
        return self.all(Refund)

    def tasks(self, state="open"):
        return [task for task in self.all(Task) if task.state == state]


@pytest.fixture
def shop(demo, stripe_double):
    """The demo's shop on a database of its own, with a provider whose clock is the shop's."""
    return Shop(demo, stripe_double)
