"""One contact person for each company: others' requests go through him, once staff have said yes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from services import people
from services.core.mail.models import OutboxMail
from services.support import contacts, requests
from services.support.contacts.models import DesignatedContact
from services.support.requests.models import Request
from tests.support_stories import asking, somebody_of_staff

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from services.people.models import Organisation, Person
    from tests.cluster import Database

INN = "7707083893"


def person(db: Session, name: str, email: str) -> Person:
    return people.add_person(db, name=name, email=email, locale="ru", zone="Europe/Moscow")


def company(db: Session) -> Organisation:
    return people.organisation_for(db, inn=INN, name="ООО «Кедр»", country="RU")


def filed(db: Session, author: Person, *, now: datetime, **facts: object) -> Request:
    asked = asking(db, author=author, organisation=company(db), **facts)
    return contacts.file(db, asked=asked, now=now)


def events(db: Session) -> list[tuple[str, str]]:
    rows = db.execute(select(OutboxMail.event, OutboxMail.to_email).order_by(OutboxMail.id))
    return [tuple(row) for row in rows]


def test_the_first_author_is_proposed_and_diverts_nobody(demo_db: Session, now: datetime) -> None:
    db = demo_db
    first, stranger = person(db, "Ольга М", "olga@kedr.example"), person(db, "Чужой", "x@evil.example")
    assert filed(db, stranger, now=now).state == "open"
    contact = contacts.find_contact(db, organisation_id=company(db).id)
    assert contact is not None
    assert (contact.state, contact.person.email) == ("proposed", "x@evil.example")
    # A stranger who was faster gets no request of theirs, and his name is told to nobody.
    assert filed(db, first, now=now).state == "open"
    assert {event for event, _to in events(db)} == {"support_receipt"}


def test_a_colleagues_request_waits_for_the_contact_person(demo_db: Session, now: datetime) -> None:
    db = demo_db
    first, colleague = person(db, "Ольга М", "olga@kedr.example"), person(db, "Пётр К", "petr@kedr.example")
    filed(db, first, now=now)
    contact = contacts.find_contact(db, organisation_id=company(db).id)
    assert contact is not None
    contacts.confirm_contact(db, contact=contact, actor="staff:1", now=now)
    held = filed(db, colleague, now=now)
    assert (held.state, held.received_at) == ("held", None)
    assert events(db)[1:] == [
        ("support_kept", "petr@kedr.example"),
        ("support_forwarded", "olga@kedr.example"),
    ]
    assert filed(db, person(db, "Ольга М", "OLGA@Kedr.example"), now=now).state == "open"

    later = now + timedelta(hours=2)
    forwarding = contacts.find_forwarding(db, request=held)
    assert forwarding is not None
    contacts.send_on(db, forwarding=forwarding, now=later)
    assert (held.state, held.received_at) == ("open", later)
    with pytest.raises(contacts.AnsweredAlreadyError):
        contacts.drop(db, forwarding=forwarding, now=later)

    dropped = filed(db, colleague, now=later)
    forwarding = contacts.find_forwarding(db, request=dropped)
    assert forwarding is not None
    contacts.drop(db, forwarding=forwarding, now=later)
    assert dropped.state == "dropped"
    assert events(db)[-1] == ("support_dropped", "petr@kedr.example")


def test_what_follows_an_old_request_waits_for_the_contact_person_as_well(
    demo_db: Session, now: datetime
) -> None:
    db = demo_db
    colleague = person(db, "Пётр К", "petr@kedr.example")
    old = filed(db, colleague, now=now)
    requests.resolve(db, request=old, staff=somebody_of_staff(db), body="Так.", plan=False, now=now)
    contacts.replace_contact(
        db, organisation=company(db), person=person(db, "Ольга", "olga@kedr.example"), reason="letter",
        actor="staff:1", now=now,
    )  # fmt: skip
    # In time it is his own request still.
    says = {"request": old, "person": colleague, "body": "Опять."}
    assert contacts.reopen_or_follow(db, **says, now=now) is old
    requests.resolve(db, request=old, staff=somebody_of_staff(db), body="Так.", plan=False, now=now)
    late = now + timedelta(days=60)
    follower = contacts.reopen_or_follow(db, **says, now=late)
    assert (follower.follows_id, follower.state, follower.received_at) == (old.id, "held", None)
    assert contacts.reopen_or_follow(db, **says, now=late) is follower
    assert [event for event, _to in events(db)][-2:] == ["support_kept", "support_forwarded"]


def test_many_requests_of_a_stranger_do_not_fill_the_mailbox(demo_db: Session, now: datetime) -> None:
    db = demo_db
    contact = contacts.replace_contact(
        db, organisation=company(db), person=person(db, "Ольга", "olga@kedr.example"), reason="letter",
        actor="staff:1", now=now,
    )  # fmt: skip
    for _ in range(6):
        filed(db, person(db, "Чужой", "x@evil.example"), now=now)
    assert len([1 for event, _to in events(db) if event == "support_forwarded"]) == 4
    # A colleague's mail still goes out.
    filed(db, person(db, "Пётр", "petr@kedr.example"), now=now)
    assert len([1 for event, _to in events(db) if event == "support_forwarded"]) == 5
    assert len(contacts.list_held(db, contact=contact)) == 7


def test_the_part_is_handed_over_with_what_waits(demo_db: Session, now: datetime) -> None:
    db = demo_db
    contact = contacts.replace_contact(
        db, organisation=company(db), person=person(db, "Ольга", "olga@kedr.example"), reason="letter",
        actor="staff:1", now=now,
    )  # fmt: skip
    held = filed(db, person(db, "Пётр", "petr@kedr.example"), now=now)
    offer = {"name": "Анна", "email": "anna@kedr.example", "locale": "ru"}
    with pytest.raises(contacts.HandOverError, match="hand_over_self"):
        contacts.offer_hand_over(db, contact=contact, now=now, **offer | {"email": "Olga@kedr.example"})
    offered = contacts.offer_hand_over(db, contact=contact, now=now, **offer)
    with pytest.raises(contacts.HandOverError, match="hand_over_open"):
        contacts.offer_hand_over(db, contact=contact, now=now, **offer)
    # Until she says yes everything stays.
    assert contacts.find_contact(db, organisation_id=company(db).id) is contact
    following = contacts.accept_hand_over(db, offered=offered, now=now)
    assert [request.id for request in contacts.list_held(db, contact=following)] == [held.id]
    assert (contact.state, contact.end_reason) == ("ended", "handed_over")
    assert [one.person.name for one in contacts.list_history(db, organisation_id=company(db).id)] == [
        "Анна",
        "Ольга",
    ]
    with pytest.raises(contacts.AnsweredAlreadyError):
        contacts.accept_hand_over(db, offered=offered, now=now)


def test_two_first_authors_at_once_make_one_contact(demo: Database, demo_db: Session, now: datetime) -> None:
    company(demo_db)
    demo_db.commit()

    def write(nth: int) -> None:
        with demo.free_sessions.begin() as db:
            filed(db, person(db, f"Автор {nth}", f"a{nth}@kedr.example"), now=now)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(write, range(6)))
    assert len(demo_db.scalars(select(DesignatedContact)).all()) == 1
    assert sorted(demo_db.scalars(select(Request.number))) == [1, 2, 3, 4, 5, 6]


def test_a_company_is_known_by_number_or_by_what_its_author_said(demo_db: Session, now: datetime) -> None:
    db = demo_db
    author = person(db, "Ольга", "olga@kedr.example")
    filed(db, author, now=now, answers={"project": "Кедр-Торг"})
    found = contacts.company_for(db, email="x@y.example", inn=INN, name="Иначе")
    assert found is company(db)
    assert found.name == "ООО «Кедр»"
    assert contacts.company_for(db, email="OLGA@kedr.example", name="ооо «кедр»") is found
    # Somebody else's word about a name makes another company, and none diverts anybody.
    other = contacts.company_for(db, email="x@evil.example", name="ООО «Кедр»")
    assert other is not None
    assert other is not found
    assert contacts.company_for(db, email="x@evil.example") is None


def test_addresses_of_a_former_contact_person_open_nothing(demo_db: Session, now: datetime) -> None:
    db = demo_db
    before = {"organisation": company(db), "reason": "letter", "actor": "staff:1", "now": now}
    contacts.replace_contact(db, person=person(db, "Ольга", "olga@kedr.example"), **before)
    held = filed(db, person(db, "Пётр", "petr@kedr.example"), now=now)
    forwarding = contacts.find_forwarding(db, request=held)
    assert forwarding is not None
    assert forwarding.link_version == 1
    contacts.replace_contact(db, person=person(db, "Анна", "anna@kedr.example"), **before)
    db.refresh(forwarding)
    assert forwarding.link_version == 2


def test_what_is_filed_while_the_part_changes_hands_waits_for_the_new_one(
    demo: Database, demo_db: Session, now: datetime
) -> None:
    db = demo_db
    change = {"reason": "letter", "actor": "staff:1", "now": now}
    anna = person(db, "Анна", "anna@kedr.example")
    contacts.replace_contact(
        db, organisation=company(db), person=person(db, "Ольга", "olga@kedr.example"), **change
    )
    db.commit()

    def write(nth: int) -> None:
        with demo.free_sessions.begin() as free:
            if nth == 3:
                contacts.replace_contact(free, organisation=company(free), person=free.merge(anna), **change)
            else:
                filed(free, person(free, f"Автор {nth}", f"a{nth}@kedr.example"), now=now)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(write, range(8)))
    contact = contacts.find_contact(db, organisation_id=company(db).id)
    assert contact is not None
    assert len(contacts.list_held(db, contact=contact)) == 7
