"""The free desk: the queue, a request on one screen, calls, canned texts, the journal of picks."""

from __future__ import annotations

import psycopg
import pytest
from sqlalchemy import select

from services import sessions
from services.support import contacts, queue, requests
from services.support.queue.models import Pick
from services.support.requests.models import Request
from tests.fakes.desk import enter
from tests.support_stories import arrived, author, received

QUEUE = "/staff/requests/"


@pytest.fixture
def specialist(desk):
    return enter(desk.app, "specialist")


def make(desk, count=1, **facts):
    with desk.database.app_sessions.begin() as db:
        who = author(db)
        return [received(db, desk.clock(), who, **facts).number for _ in range(count)]


def stored(desk, number):
    with desk.database.app_sessions() as db:
        found = requests.get_request(db, number=number)
        db.expunge_all()
        return found


def act(number, verb):
    return f'main form[action="{QUEUE}{number}/{verb}"]'


def test_the_head_is_taken_by_the_main_button_and_another_with_a_reason(desk, specialist):
    first, second, third = make(desk, 3)
    page = specialist.get(QUEUE)
    assert [row.get_text(strip=True) for row in page.all("tbody td:first-child")] == [
        f"№ {n}" for n in (first, second, third)
    ]
    assert "4 h" in page.all("tbody tr")[0].get_text().replace("\u00a0", " ")
    taken = specialist.submit(page, form=f'main form[action="{QUEUE}next"]')
    assert f"№ {first}" in taken.title
    assert stored(desk, first).assignee_id is not None
    other = specialist.get(f"{QUEUE}{third}")
    coordinator = enter(desk.app, "coordinator")
    same = coordinator.get(f"{QUEUE}{third}")
    refused = specialist.submit(other, form=act(third, "take"), status=422)
    assert "Choose one" in refused.text
    specialist.submit(refused, form=act(third, "take"), **{"take-reason": "skill"})
    journal = specialist.get(f"{QUEUE}picks")
    assert "the chain holds" in journal.text
    assert "It takes my skill" in journal.text
    assert f"№ {second}" in journal.all("tbody tr")[0].get_text()
    assert "this month: 1" in journal.text
    late = coordinator.submit(same, form=act(third, "take"), **{"take-reason": "skill"})
    assert "Somebody was faster" in late.text
    with desk.database.app_sessions() as db:
        assert len(db.scalars(select(Pick)).all()) == 2


def test_nothing_on_the_desk_tells_of_money_or_leaves_the_free_role(desk, specialist):
    (number,) = make(desk)
    for path in (
        QUEUE,
        f"{QUEUE}{number}",
        f"{QUEUE}waiting",
        f"{QUEUE}ended",
        f"{QUEUE}picks",
        f"{QUEUE}call",
    ):
        text = specialist.get(path).text.lower()
        assert not any(word in text for word in ("₽", "invoice", "price", "paid", "contract"))
    accountant = enter(desk.app, "accountant")
    for path in (QUEUE, f"{QUEUE}{number}", f"{QUEUE}call", "/staff/canned-texts/"):
        accountant.get(path, status=403)
    specialist.get(f"{QUEUE}999", status=404)
    specialist.get("/staff/canned-texts/new", status=403)


def test_a_request_is_answered_asked_about_noted_and_solved(desk, specialist):
    (number,) = make(desk)
    address = f"{QUEUE}{number}"
    page = specialist.get(address)
    assert "Остатки не обновляются" in page.title
    assert "Missing of what the form demands" in page.text
    empty = specialist.submit(page, form=act(number, "answer"), status=422)
    assert "Fill this in" in empty.text
    none = specialist.submit(page, form=act(number, "ask"), status=422, **{"ask-body": "Нужно"})
    assert "Нужно" in none.one("#ask-body").get_text()
    asked = specialist.submit(
        page, form=act(number, "ask"), **{"ask-item_database": "y", "ask-detail_database": "за пятницу"}
    )
    assert "за пятницу" in asked.text
    assert stored(desk, number).state == "waiting"
    assert f"№ {number}" in specialist.get(f"{QUEUE}waiting").text
    specialist.submit(asked, form=act(number, "note"), **{"note-body": "Позвонить разработчикам"})
    solved = specialist.submit(
        specialist.get(address), form=act(number, "answer"), body="Обновите", kind="plan"
    )
    assert "Позвонить разработчикам" in solved.text
    assert (stored(desk, number).state, stored(desk, number).resolution) == ("resolved", "plan")
    with desk.database.app_sessions.begin() as db:
        found = requests.get_request(db, number=number)
        requests.rate(db, request=found, grade="partly", now=desk.clock())
        requests.customer_writes(db, request=found, person=found.author, body="Спасибо", now=desk.clock())
    assert f"№ {number}" in specialist.get(f"{QUEUE}ended").text
    assert "it helped in part" in specialist.get(address).text
    again = specialist.submit(specialist.get(address), form=act(number, "reopen"))
    assert "It is open again, and the clocks go on." in again.text
    assert stored(desk, number).state == "open"
    assert not again.all(act(number, "reopen"))


def test_a_canned_text_is_put_in_without_a_script_and_nothing_typed_is_lost(desk, specialist):
    (number,) = make(desk)
    coordinator = enter(desk.app, "coordinator")
    new = coordinator.get("/staff/canned-texts/new")
    missing = coordinator.submit(
        new, status=422, title_ru="База", title_en="Database", body_ru="Пришлите базу"
    )
    assert "Fill this in" in missing.text
    coordinator.submit(missing, body_en="Send the database")
    page = specialist.get(f"{QUEUE}{number}")
    value = page.all("button[name=put]")[0]["value"]
    put = specialist.submit(page, form=act(number, "answer"), body="Добрый день!", put=value)
    typed = put.one("#body").get_text()
    assert "Добрый день!" in typed
    assert "Пришлите базу" in typed  # the customer reads Russian
    with desk.database.app_sessions() as db:
        (canned, _version), *_rest = queue.list_canned_texts(db)
    edited = coordinator.get(f"/staff/canned-texts/{canned.id}")
    coordinator.submit(edited, body_ru="Пришлите, пожалуйста, базу")
    assert "Version 1" in coordinator.get(f"/staff/canned-texts/{canned.id}").text
    assert stored(desk, number).state == "open"


def test_who_works_on_a_request_has_taken_it_and_out_of_order_only_with_a_reason(desk, specialist):
    first, second = make(desk, 2)
    page = specialist.get(f"{QUEUE}{second}")
    assert not page.all(act(second, "answer"))
    token = page.all("main [name=csrf_token]")[0]["value"]
    said = {"csrf_token": token, "body": "Обновите", "kind": "solution"}
    refused = specialist.post(f"{QUEUE}{second}/answer", said, status=422)
    assert "Others stand before it" in refused.text
    assert "Обновите" in refused.one("#body").get_text()
    assert (stored(desk, second).state, stored(desk, second).assignee_id) == ("open", None)
    specialist.submit(specialist.get(f"{QUEUE}{first}"), form=act(first, "answer"), body="Смотрим")
    assert stored(desk, first).assignee_id is not None
    with desk.database.app_sessions() as db:
        lines = [(line.request_id, line.reason) for line in queue.list_picks(db, limit=9)]
    assert lines == [(stored(desk, first).id, None)]


def test_class_assignee_mention_and_merge_are_changed_beside_the_conversation(desk, specialist):
    first, second = make(desk, 2)
    page = specialist.get(f"{QUEUE}{second}")
    wrong = specialist.submit(page, form=act(second, "class"), status=422, **{"class-class_code": "stopped"})
    assert "Fill this in" in wrong.text
    code = page.all(f"{act(second, 'class')} input[type=radio]")[0]["value"]
    specialist.submit(
        page, form=act(second, "class"), **{"class-class_code": code, "class-reason": "Стоят все"}
    )
    assert stored(desk, second).class_code == code
    refused = specialist.submit(page, form=act(second, "mention"), status=422)
    assert refused.all(".errors")
    told = specialist.submit(page, form=act(second, "mention"), **{"mention-asked": "y"})
    assert "was mentioned" in told.text
    assert not page.all(act(second, "hand-over"))
    page = specialist.submit(page, form=act(second, "take"), **{"take-reason": "skill"})
    option = page.all(f"{act(second, 'hand-over')} option")[1]["value"]
    specialist.submit(page, form=act(second, "hand-over"), **{"to-to": option})
    assert str(stored(desk, second).assignee_id) == option
    unknown = specialist.submit(page, form=act(second, "merge"), status=422, **{"merge-into": "999"})
    assert unknown.all(".errors")
    merged = specialist.submit(page, form=act(second, "merge"), **{"merge-into": str(first)})
    assert f"№ {first}" in merged.title
    assert stored(desk, second).state == "merged"
    assert f"№ {first}" in specialist.get(f"{QUEUE}{second}").text


def test_a_file_nobody_checked_leaves_by_its_own_button_and_no_other_way(desk, specialist):
    first, second = make(desk, 2)
    with desk.database.app_sessions.begin() as db:
        found = requests.get_request(db, number=first)
        good, _key = arrived(db, desk.clock())
        bad, _key = arrived(db, desk.clock(), name="other.db")
        bad.state = "quarantined"
        requests.customer_writes(
            db, request=found, person=found.author, body="", uploads=[good, bad], now=desk.clock()
        )
        references = good.reference, bad.reference
    page = specialist.get(f"{QUEUE}{first}")
    assert "nobody has checked it" in page.text
    client = specialist.client if hasattr(specialist, "client") else desk.signed_in("specialist")
    there = f"{QUEUE}{first}/files/{references[0]}"
    assert client.get(there).data == b"base"
    assert client.get(f"{QUEUE}{first}/files/{references[1]}").status_code == 404
    assert client.get(f"{QUEUE}{second}/files/{references[0]}").status_code == 404
    token = page.one(f'form[action="{QUEUE}{first}/files/{references[1]}"] [name=csrf_token]')["value"]
    answer = client.post(f"{QUEUE}{first}/files/{references[1]}", data={"csrf_token": token})
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.data == b"base"


def test_a_call_becomes_a_request_once_and_the_customer_gets_it_to_correct(desk, specialist):
    page = specialist.get(f"{QUEUE}call")
    said = {
        "product": "napoleon", "subject": "Не приходят остатки", "words": "Говорит, с пятницы",
        "impact": "hampered", "employees": "6", "name": "Ольга", "email": "olga@call.example",
    }  # fmt: skip
    wrong = specialist.submit(page, status=422, **(said | {"email": "olga", "employees": "many"}))
    assert "Не приходят остатки" in str(wrong.one("#subject"))
    shown = specialist.submit(wrong, **said)
    assert "is written down" in shown.text
    specialist.submit(wrong, **said)
    with desk.database.app_sessions() as db:
        (found,) = db.scalars(select(Request)).all()
        assert (found.source, found.received_at, found.state) == ("call", desk.clock(), "open")
        assert found.author.email == "olga@call.example"


def test_a_call_of_a_colleague_waits_for_the_contact_person_and_has_its_page(desk, specialist):
    said = {
        "product": "napoleon", "subject": "Не приходят остатки", "words": "Говорит, с пятницы",
        "impact": "hampered", "employees": "6", "name": "Ольга", "email": "olga@call.example",
        "inn": "7707083893",
    }  # fmt: skip
    specialist.submit(specialist.get(f"{QUEUE}call"), **said)
    with desk.database.app_sessions.begin() as db:
        (first,) = db.scalars(select(Request)).all()
        contact = contacts.find_contact(db, organisation_id=first.organisation_id)
        contacts.confirm_contact(db, contact=contact, actor="staff:1", now=desk.clock())
    page = specialist.submit(
        specialist.get(f"{QUEUE}call"), **(said | {"name": "Пётр", "email": "petr@call.example"})
    )
    assert "waits for the company's contact person" in page.text
    assert "waits for the contact person" in page.text
    wrong = specialist.submit(specialist.get(f"{QUEUE}call"), status=422, **(said | {"inn": "7707083894"}))
    assert "check digit" in wrong.text.lower()


def test_a_defect_found_in_a_session_is_carried_over_with_consent(desk, specialist):
    address = f"{QUEUE}defect?session={desk.session}"
    linked = specialist.get(f"/staff/sessions/{desk.session}")
    assert linked.all(f'a[href="{address}"]')
    page = specialist.get(address)
    said = {
        "product": "napoleon", "subject": "Обмен падает", "words": "Найдено в сеансе", "impact": "hampered",
        "employees": "2",
    }  # fmt: skip
    refused = specialist.submit(page, status=422, **said)
    assert "Ask the customer first" in refused.text
    specialist.submit(refused, **(said | {"consent": "y"}))
    with desk.database.app_sessions() as db:
        (found,) = db.scalars(select(Request)).all()
        session = sessions.get_session(db, reference=desk.session)
        assert (found.source, found.found_in, found.author_id) == (
            "session", desk.session, session.person_id,
        )  # fmt: skip
    specialist.get(f"{QUEUE}defect?session=S-0000-0000", status=404)
    specialist.get(f"{QUEUE}defect", status=404)


def test_today_tells_a_changed_journal_from_a_status_that_the_clocks_do_not_follow(desk):
    bare, forged = make(desk, 2)
    with psycopg.connect(desk.database.owner_url) as owner:
        owner.execute("ALTER TABLE support.request DISABLE TRIGGER USER")
        owner.execute("UPDATE support.request SET state = 'waiting', due_at = NULL WHERE number = %s", [bare])
        owner.execute("UPDATE support.request SET ledger_length = 9 WHERE number = %s", [forged])
        owner.execute("ALTER TABLE support.request ENABLE TRIGGER USER")
    with desk.database.free_sessions.begin() as db:
        made = requests.begin_refold(db, now=desk.clock())
        requests.go_round(db, round_id=made.id, after=0, now=desk.clock())
    said = enter(desk.app, "administrator").get("/staff/today").text.replace("\u00a0", " ")
    assert f"The status of request № {bare} and its clocks disagree" in said
    assert f"The journal of request № {forged} was changed" in said
    assert f"request № {bare} was changed" not in said


def test_today_says_what_is_overdue(desk, specialist):
    make(desk)
    desk.clock.at = desk.clock.at.replace(hour=15)
    assert "Free requests overdue" in enter(desk.app, "specialist").get("/staff/today").text
