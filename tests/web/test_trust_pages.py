"""Payment orders and credit on pages: the customer attaches, the coordinator looks and answers."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from werkzeug.datastructures import FileStorage

from billing import orders, payments, trust
from services.core.links import secret_path
from tests.fakes.desk import enter
from tests.integration.test_late_money import free_start, lose_and_pay
from tests.integration.test_trust import PDF, attached, give_credit, on_credit, ordered

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


@pytest.fixture
def placed(desk, clock):
    """Make something in the database at the site's time and give the order's link."""

    def place(make, **facts):
        with desk.database.app_sessions.begin() as db:
            made = make(db, clock(), **facts)
            order = getattr(made, "order", made)
            return order.reference, secret_path(desk.database.core, "o", order.reference, order.link_version)

    return place


@pytest.fixture
def coordinator(desk):
    return enter(desk.app, "coordinator")


def sent(content=PDF, name="платёжка.pdf"):
    return {"files": FileStorage(io.BytesIO(content), filename=name)}


def attach(visitor, link, *, status=200, **file):
    page = visitor.get(f"{link}/payment-order")
    token = page.one("main form [name=csrf_token]")["value"]
    return visitor.post(f"{link}/payment-order", {"csrf_token": token, **sent(**file)}, status=status)


def asked(desk, reference):
    with desk.database.app_sessions() as db:
        return trust.find_request(db, order=orders.get_order(db, reference=reference))


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_order_s_page_takes_the_payment_order_and_says_that_we_look(desk, visit, placed, language):
    _reference, link = placed(ordered, nth=30)
    visitor = visit(language)
    page = visitor.get(link)
    assert page.all("#payment-order input[type=file]")
    page = attach(visitor, link)
    assert "платёжка.pdf" in page.text
    assert ("one working hour" if language == "en" else "рабочего часа") in page.text


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ({"content": b"", "name": "pp.pdf"}, "is empty"),
        ({"content": b"<script>alert(1)</script>", "name": "pp.pdf"}, "neither a PDF nor a picture"),
        ({"content": b"MZ" + b"\0" * 200, "name": "pp.pdf"}, "program or an installer"),
        ({"content": PDF, "name": ""}, "Choose the file"),
    ],
)
def test_a_hostile_file_is_refused_beside_its_field_and_the_order_stays(desk, visit, placed, file, said):
    reference, link = placed(ordered, nth=30)
    page = attach(visit("en"), link, status=422, **file)
    assert said in page.errors()[0]
    assert asked(desk, reference) is None
    visit("en").get(link)


def test_a_strange_name_does_no_harm(desk, visit, placed, coordinator):
    reference, link = placed(ordered, nth=30)
    attach(visit("en"), link, name='../../"><script>x</script>\r\nSet-Cookie: a=b.pdf')
    made = asked(desk, reference)
    page = coordinator.get(f"/staff/trust/{made.reference}")
    assert not page.all("main script")
    answer = coordinator.get(f"/staff/trust/{made.reference}/file").response
    assert answer.headers["Content-Disposition"] == f'attachment; filename="payment-order-{reference}.pdf"'
    assert "Set-Cookie" not in answer.headers or "a=b" not in answer.headers["Set-Cookie"]


@pytest.mark.parametrize("media", ["application/pdf", "image/png"])
def test_the_file_is_shown_under_the_strictest_rules(desk, visit, placed, coordinator, media):
    content = PDF if media == "application/pdf" else PNG
    reference, link = placed(ordered, nth=30)
    attach(visit("en"), link, content=content)
    made = asked(desk, reference)
    answer = coordinator.client.get(f"/staff/trust/{made.reference}/file?show=1")
    assert answer.data == content
    assert answer.mimetype == media
    headers = answer.headers
    assert headers["Content-Disposition"].startswith("inline")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert ("sandbox" in headers["Content-Security-Policy"]) == (media != "application/pdf")
    assert headers["Cache-Control"] == "no-store"


def test_the_file_of_an_order_is_for_staff_who_may_see_it(desk, visit, placed):
    reference, _link = placed(attached, nth=30)
    made = asked(desk, reference)
    for role, status in (("specialist", 403), ("accountant", 200)):
        somebody = enter(desk.app, role)
        somebody.checks = False
        somebody.get(f"/staff/trust/{made.reference}/file", status=status)
        somebody.get("/staff/trust/", status=status)
    nobody = visit("en").get(f"/staff/trust/{made.reference}/file")
    assert nobody.path.startswith("/sign-in")


def test_the_coordinator_confirms_and_the_customer_sees_it(desk, visit, placed, coordinator):
    reference, link = placed(attached, nth=30)
    assert reference in coordinator.get("/staff/").text
    page = coordinator.get(coordinator.get("/staff/trust/").link("Look and answer"))
    back = coordinator.submit(page, button="grant")
    assert "Nobody waits" in back.text
    shown = visit("en").get(link)
    assert "The session is confirmed" in shown.title
    assert "to be paid by" in shown.text


def test_a_refusal_needs_its_reason_and_the_customer_reads_it(desk, visit, placed, coordinator):
    reference, link = placed(attached, nth=30)
    page = coordinator.get(f"/staff/trust/{asked(desk, reference).reference}")
    again = coordinator.submit(page, status=422, button="refuse")
    assert "Say why" in again.errors()[0]
    coordinator.submit(again, button="refuse", reason="Нет отметки банка")
    shown = visit("en").get(link)
    assert "Нет отметки банка" in shown.text
    assert shown.all("#payment-order input[type=file]")


def test_the_second_of_two_answers_is_told_that_nobody_waits(desk, placed, coordinator):
    reference, _link = placed(attached, nth=30)
    path = f"/staff/trust/{asked(desk, reference).reference}"
    page = coordinator.get(path)
    coordinator.submit(page, button="grant")
    late = coordinator.submit(page, button="refuse", reason="Поздно")
    assert "Nobody waits for this answer any more" in late.soup.get_text()


def test_an_accountant_looks_but_does_not_answer(desk, placed):
    reference, _link = placed(attached, nth=30)
    accountant = enter(desk.app, "accountant")
    page = accountant.get(f"/staff/trust/{asked(desk, reference).reference}")
    assert not page.all("[name=press]")
    with desk.database.app_sessions() as db:
        assert trust.find_request(db, order=orders.get_order(db, reference=reference)).state == "waiting"


def test_refused_credit_leaves_the_invoice_and_other_ways(desk, visit, placed, coordinator):
    with desk.database.app_sessions.begin() as db:
        give_credit(db, desk.clock())
    reference, link = placed(on_credit, nth=30)
    assert "waits for our word" in visit("en").get(link).title
    page = coordinator.get(f"/staff/trust/{asked(desk, reference).reference}")
    assert "Limit" in page.text
    coordinator.submit(page, button="refuse", reason="Старый счёт не оплачен")
    shown = visit("en").get(link)
    assert "Invoice No." in shown.title
    assert "Старый счёт не оплачен" in shown.text


def test_the_manager_gives_changes_and_ends_credit(desk, placed):
    placed(ordered, nth=30)
    admin = enter(desk.app, "administrator")
    form = admin.get("/staff/credit/new")
    for wrong in ({"inn": "7707083894"}, {"limit": "0"}, {"term_days": "0"}):
        facts = {"inn": "7707083893", "limit": "50000", "term_days": "14"} | wrong
        assert admin.submit(form, status=422, **facts).errors()
    listed = admin.submit(form, inn="7707 083893", limit="50 000", term_days="14")
    assert "ООО «Кедр-Опт»" in listed.text
    again = admin.submit(form, status=422, inn="7707083893", limit="1", term_days="1")
    assert "has credit already" in again.errors()[0]
    edited = admin.submit(admin.get(listed.link("Кедр-Опт")), limit="70000,50")
    assert "70" in edited.text
    assert "No company has credit" in admin.submit(edited).text
    enter(desk.app, "coordinator").get("/staff/credit/", status=403)


@pytest.mark.parametrize("language", ["ru", "en"])
def test_late_money_lets_its_owner_choose_another_time(desk, visit, placed, clock, language):
    facts = {}

    def make(db, now):
        order, _payment, over = lose_and_pay(db, now)
        facts["start"], facts["over"] = free_start(db, order, over), over
        return order

    reference, link = placed(make)
    clock.at = facts["over"]
    visitor = visit(language)
    page = visitor.get(link)
    assert page.path.endswith("/late")
    times = visitor.get(f"{link}/late/time?day={facts['start'].date()}")
    token = times.all("main form [name=csrf_token]")[0]["value"]
    visitor.post(f"{link}/late/time", {"csrf_token": token, "start": "never"}, status=422)
    done = visitor.post(f"{link}/late/time", {"csrf_token": token, "start": facts["start"].isoformat()})
    assert done.path.startswith("/s/")
    with desk.database.app_sessions() as db:
        assert orders.get_order(db, reference=reference).state == "confirmed"


def test_late_money_goes_back_by_a_button_and_after_its_time_the_page_says_no_more(
    desk, visit, placed, clock
):
    facts = {}

    def make(db, now):
        order, _payment, facts["over"] = lose_and_pay(db, now)
        return order

    reference, link = placed(make)
    clock.at = facts["over"]
    visitor = visit("en")
    page = visitor.get(link)
    done = visitor.submit(page, form="form[action$='/late/back']")
    assert "goes back" in done.title
    with desk.database.app_sessions() as db:
        order = orders.get_order(db, reference=reference)
        assert not payments.may_choose(order, now=facts["over"])
    clock.at = facts["over"] + timedelta(days=5)
    visitor.get(link, status=410)


def test_links_of_others_open_nothing(visit, placed):
    _reference, link = placed(ordered, nth=30)
    head, token = link.rsplit("/", 1)
    wrong = f"{head}/{'x' if token[0] != 'x' else 'y'}{token[1:]}"
    for path in ("payment-order", "late", "late/time"):
        visit("en").get(f"{wrong}/{path}", status=404)
