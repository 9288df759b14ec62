"""The demo's free requests: a year that is over, and what stands in the queue now."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from services import catalogue, people
from services.core.business_calendars import load_calendar
from services.core.texts import Texts
from services.people.models import Organisation, Person
from services.support import contacts, queue, regulation, requests, statistics
from webapp.demo.source import Table, read, texts

if TYPE_CHECKING:
    from sqlalchemy.orm import Session, sessionmaker

    from services.core.business_time import BusinessCalendar
    from services.people.models import StaffMember
    from services.support.requests.models import Request

_MONTHS = 12
_LATE_BY = (0.02, 0.2)
_EXCUSES = (
    Texts(
        ru="Два специалиста болели, очередь вёл один.",
        en="Two specialists were ill, one kept the queue alone.",
    ),
    Texts(
        ru="Ответ был готов вовремя, не ушло письмо: отказал почтовый сервер.",
        en="The answer was ready in time, the mail didn't leave: the mail server had failed.",
    ),
)


def tell_requests(sessions: sessionmaker[Session], *, now: datetime) -> int:
    """Write the year of requests and those of now; gives how many. Commits in two steps."""
    source = read("requests.toml")
    with sessions.begin() as db:
        for row in source["canned"]:
            queue.add_canned_text(
                db, title=texts(row["title"]), body=texts(row["body"]), actor="system", now=now
            )
        told = _tell_history(db, source["history"], now=now)
    with sessions.begin() as db:
        for row in sorted(source["request"], key=lambda row: -float(row["hours"])):
            _tell(db, row, now=now)
            told += 1
    return told


@dataclass(frozen=True)
class _Year:
    """Who asks and who answers in the year that is over, and by chance what."""

    calendar: BusinessCalendar
    draw: random.Random
    subjects: list[Table]
    authors: list[Person]
    staff: list[StaffMember]


def _tell_history(db: Session, source: Table, *, now: datetime) -> int:
    """What was asked and solved in the last twelve months; nobody gets a mail about it any more."""
    year = _Year(
        calendar=load_calendar(db, code="support"),
        draw=random.Random(7),  # noqa: S311 - a story, told alike each time
        subjects=source["subjects"],
        authors=[_customer(db, one)[1] for one in read()["customer"]],
        staff=list(people.list_staff(db)[:4]),
    )
    moments = _moments(year, source["a_month"], now)
    for at in moments:
        _tell_past(db, year, at)
    return len(moments)


def _moments(year: _Year, a_month: int, now: datetime) -> list[datetime]:
    """When the requests of the year came, in order."""
    calendar, moments = year.calendar, []
    for month in statistics.months_until(now.date(), _MONTHS):
        start = datetime(month.year, month.month, 1, tzinfo=UTC)
        end = min(_next_month(start), now - timedelta(days=12))
        if end - start > timedelta(days=2):
            open_time = calendar.business_time_between(start, end)
            many = round(a_month * (end - start) / timedelta(days=30)) + year.draw.randint(-2, 4)
            moments += [
                calendar.add_business_time(start, open_time * year.draw.random()) for _ in range(many)
            ]
    return sorted(moments)


def _tell_past(db: Session, year: _Year, at: datetime) -> None:
    draw, subject, author = year.draw, year.draw.choice(year.subjects), year.draw.choice(year.authors)
    said = texts(subject).of(author.locale)
    asked = requests.Asked(
        product=catalogue.get_product(db, slug=subject["product"]),
        author=author,
        subject=said,
        body=said,
        impact=draw.choice(["stopped", "hampered", "hampered", "inconvenient", "inconvenient", "question"]),
        employees=draw.randint(1, 20),
    )
    request = requests.write_down(db, asked=asked, actor="customer", now=at)
    rules = regulation.get_regulation(db, on=regulation.regulation_date(db, now=at))
    given = rules.terms.class_for(employees=request.employees, impact=request.impact)
    facts = {"regulation_id": rules.id, "class_code": given.code, "received_at": at}
    requests.move(db, request, "receive", actor="customer", now=at, **facts)
    targets = given.targets
    answered_at = year.calendar.add_business_time(at, targets["response"] * _share(draw))
    solved_at = max(year.calendar.add_business_time(at, targets["resolution"] * _share(draw)), answered_at)
    told = partial(requests.note_event, db, request=request)
    told(kind="received", at=at, actor="customer", now=at, **targets)
    told(kind="answered", at=answered_at, actor="person", now=answered_at)
    told(kind="resolved", at=solved_at, actor="person", now=solved_at)
    request.assignee_id = draw.choice(year.staff).id
    facts = {"resolved_at": solved_at, "resolution": "solution"}
    requests.move(db, request, "resolve", actor="system", now=solved_at, **facts)
    requests.move(db, request, "close", actor="system", now=solved_at + timedelta(days=14))
    requests.refold(db, request=request, now=solved_at)
    _explain(db, request, draw, solved_at)


def _share(draw: random.Random) -> float:
    """How much of a target somebody took: mostly a third, seldom all of it, now and then a little more."""
    if draw.random() < 0.02:
        return 1 + draw.uniform(*_LATE_BY)
    return min(draw.lognormvariate(-1.1, 0.6), 0.98)


def _explain(db: Session, request: Request, draw: random.Random, at: datetime) -> None:
    for face in requests.clock_faces(db, request=request, now=at):
        if face.state == "missed":
            words = draw.choice(_EXCUSES)
            statistics.explain_miss(
                db, request=request, target=face.target, words=words, actor="system", now=at
            )


def _tell(db: Session, row: Table, *, now: datetime) -> None:
    """One that stands in the queue, by the verbs of the pages; mails and all."""
    calendar = load_calendar(db, code="support")
    source = {one["key"]: one for one in read()["customer"]}[row["customer"]]
    at = _hours_ago(calendar, row["hours"], now)
    organisation, author = _customer(db, source)
    if "colleague" in row:
        author = people.add_person(db, **row["colleague"])
    asked = requests.Asked(
        product=catalogue.get_product(db, slug=row["product"]),
        author=author,
        organisation=organisation,
        subject=row["subject"],
        body=row["body"],
        impact=row["impact"],
        employees=row["employees"],
        answers=row["answers"],
        cannot_collect=row.get("cannot_collect", False),
    )
    request = contacts.file(db, asked=asked, now=at)
    staff = people.list_staff(db)[0]
    if row.get("speaks"):
        _confirm(db, organisation, staff, at)
    for step in row.get("then", ()):
        at = min(calendar.add_business_time(at, timedelta(hours=step["after"])), now)
        _go_on(db, request, step, staff, at)


def _confirm(db: Session, organisation: Organisation | None, staff: StaffMember, at: datetime) -> None:
    """Staff say yes to whom the company's first request has proposed."""
    contact = contacts.find_contact(db, organisation_id=organisation.id) if organisation is not None else None
    if contact is not None and contact.state == "proposed":
        contacts.confirm_contact(db, contact=contact, actor=f"staff:{staff.person_id}", now=at)
        contacts.tell_contact(db, contact=contact, now=at)


def _go_on(db: Session, request: Request, step: Table, staff: StaffMember, at: datetime) -> None:
    if request.assignee_id is None:
        queue.pick(db, request=request, staff=staff, reason="skill", now=at)
    match step["verb"]:
        case "answer":
            requests.answer(db, request=request, staff=staff, body=step["body"], now=at)
        case "ask":
            items = [{"code": code, "detail": ""} for code in step["items"]]
            requests.ask_information(db, request=request, staff=staff, items=items, body=step["body"], now=at)
        case "resolve":
            requests.resolve(db, request=request, staff=staff, body=step["body"], plan=False, now=at)
        case "rate":
            requests.rate(db, request=request, grade=step["grade"], now=at)


def _customer(db: Session, source: Table) -> tuple[Organisation | None, Person]:
    person: dict[str, Any] = source["person"]
    company: dict[str, Any] = source["organisation"]
    organisation = people.organisation_for(
        db, inn=company.get("inn"), name=company["name"], country=company["country"]
    )
    known = db.scalar(select(Person).where(Person.email == person["email"]).order_by(Person.id).limit(1))
    return organisation, known or people.add_person(db, **person)


def _hours_ago(calendar: BusinessCalendar, hours: float, now: datetime) -> datetime:
    """The moment so many working hours before `now`."""
    since = now - timedelta(days=60)
    open_time = calendar.business_time_between(since, now)
    return calendar.add_business_time(since, open_time - timedelta(hours=hours))


def _next_month(start: datetime) -> datetime:
    return (start + timedelta(days=32)).replace(day=1)
