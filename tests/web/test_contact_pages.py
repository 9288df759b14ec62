"""The pages of contact persons: links that act by buttons alone, and show nothing to a stranger."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from services.core.links import secret_path
from services.support import contacts
from tests.fakes.desk import enter
from tests.integration.test_contact_persons import company, filed, person

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from tests.cluster import Database
    from tests.fakes.desk import Desk
    from tests.pages import Visitor


@pytest.fixture
def paths(demo: Database, demo_db: Session, now: datetime) -> dict[str, str]:
    """The addresses that a contact person gets: of a colleague's request, and of his part."""
    db = demo_db
    contact = contacts.replace_contact(
        db, organisation=company(db), person=person(db, "Ольга М", "olga@kedr.example"), reason="letter",
        actor="staff:1", now=now,
    )  # fmt: skip
    held = filed(db, person(db, "Пётр К", "petr@kedr.example"), now=now)
    db.commit()
    return {
        "f": secret_path(demo.core, "f", held.reference, 1),
        "k": secret_path(demo.core, "k", contact.reference, 1),
    }


def test_looking_changes_nothing_and_a_button_sends_on(
    paths: dict[str, str], visitor: Visitor, demo_db: Session
) -> None:
    page = visitor.get(paths["f"])
    assert "Пётр К" in page.text
    visitor.get(paths["f"])
    sent = visitor.submit(page, form="form[action$='/on']")
    assert "передано дальше" in sent.text.replace("\u00a0", " ")
    assert not sent.all("form[action$='/drop']")


def test_the_part_is_offered_and_taken_by_a_button(
    paths: dict[str, str], visitor: Visitor, demo: Database, demo_db: Session
) -> None:
    page = visitor.get(paths["k"])
    assert "Остатки не обновляются" in page.text.replace("\u00a0", " ")
    offer = "form[action$='/offer']"
    wrong = visitor.submit(page, form=offer, status=422, name="Анна", email="olga@kedr.example")
    assert "ваш собственный адрес" in wrong.text.replace("\u00a0", " ")
    visitor.submit(wrong, form=offer, email="anna@kedr.example")
    contact = contacts.list_contacts(demo_db, limit=9)[0]
    offered = contacts.find_open_hand_over(demo_db, contact=contact)
    assert offered is not None
    theirs = visitor.get(secret_path(demo.core, "k", offered.reference, 1))
    visitor.submit(theirs, form="form[action$='/accept']")
    demo_db.expire_all()
    assert contacts.list_contacts(demo_db, limit=9)[0].person.name == "Анна"
    # The former one's page is no longer his.
    visitor.get(paths["k"], status=404)


@pytest.mark.parametrize("kind", ["f", "k"])
def test_a_wrong_link_is_not_found(paths: dict[str, str], visitor: Visitor, kind: str) -> None:
    path = paths[kind]
    other = paths["k" if kind == "f" else "f"].rsplit("/", 1)[1]
    for wrong in (path[:-1], path + "x", path.rsplit("/", 1)[0] + "/" + other, path.upper(), path + "/on/x"):
        visitor.get(wrong, status=404)


def test_staff_confirm_a_proposed_contact_and_change_one_on_a_letter(
    demo_db: Session, now: datetime, desk: Desk
) -> None:
    db, coordinator = demo_db, enter(desk.app, "coordinator", "ru")
    filed(db, person(db, "Ольга М", "olga@kedr.example"), now=now)
    where = f"/staff/contacts/{company(db).id}"
    db.commit()
    assert "Ольга М" in coordinator.get("/staff/contacts/?state=proposed").text
    coordinator.submit(coordinator.get(where), form="form[action$='/confirm']")
    assert contacts.count_contacts(db, proposed_only=True) == 0
    form = "main form[novalidate]"
    page = coordinator.get(where)
    coordinator.submit(page, form=form, status=422, name="Анна", email="anna@kedr.example")
    coordinator.submit(page, form=form, name="Анна", email="anna@kedr.example", letter="y")
    db.expire_all()
    contact = contacts.find_contact(db, organisation_id=company(db).id)
    assert contact is not None
    assert (contact.person.name, contact.state) == ("Анна", "confirmed")
