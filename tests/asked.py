"""What somebody asks of free support, and the worker that looks after it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from procrastinate import App, PsycopgConnector
from sqlalchemy import select

from services import catalogue, people
from services.people.models import Person
from services.support import requests
from tests.working import do_due_jobs
from webapp.jobs.bench import make_bench
from webapp.jobs.ground import add_desk_jobs
from webapp.jobs.support import add_support_jobs
from webapp.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from sqlalchemy.orm import Session

    from services.people.models import StaffMember
    from services.support.requests.models import Request
    from tests.cluster import Database

EMAIL = "olga@kedr.example"


def ask(db: Session, **facts: Any) -> requests.Asked:
    """Olga's question about Наполеон, as the form gives it; `facts` are what is different."""
    author = db.scalar(select(Person).where(Person.email == EMAIL)) or people.add_person(
        db, name="Ольга Мельникова", email=EMAIL, locale="ru", zone="Asia/Krasnoyarsk"
    )
    given: dict[str, Any] = {
        "product": catalogue.get_product(db, slug="napoleon"),
        "author": author,
        "subject": "Не приходят остатки",
        "body": "С пятницы остатки за среду.",
        "impact": "hampered",
        "employees": 12,
    }
    return requests.Asked(**(given | facts))


def received(db: Session, *, now: datetime, ask_missing: bool = False, **facts: Any) -> Request:
    """Her question with its number and its clocks: four working hours, and sixteen."""
    made = requests.write_down(db, asked=ask(db, **facts), actor="customer", now=now)
    return requests.receive(db, request=made, ask_missing=ask_missing, now=now)


def somebody(db: Session) -> StaffMember:
    """One of the staff."""
    return people.list_staff(db)[0]


@contextmanager
def support_worker(database: Database, clock: Callable[[], datetime]) -> Iterator[Callable[..., None]]:
    """`do()` does the jobs of free support that are due; `do("task")` has one done as well."""
    bench = make_bench(Settings(core=database.core, billing=None, database_url=database.url), clock=clock)

    def do(*tasks: str) -> None:
        app = App(connector=PsycopgConnector(conninfo=database.url))
        add_desk_jobs(app, bench)
        add_support_jobs(app, bench)
        with app.open():
            for task in tasks:
                app.configure_task(task, queue="free").defer(timestamp=0)
        do_due_jobs(app, bench, queues=["free"])

    yield do
    bench.close()
