"""A free connection on both sides: staff choose a time, the customer prepares, and nothing costs anything."""

from __future__ import annotations

from sqlalchemy import select

from services import catalogue, people, sessions
from services.core.links import secret_path
from services.core.mail.models import OutboxMail
from services.support import connecting, requests
from tests.fakes.desk import enter


def receive(desk):
    with desk.database.app_sessions.begin() as db:
        author = people.add_person(
            db, name="Ольга Мельникова", email="olga@kedr.example", locale="en", zone="Asia/Krasnoyarsk"
        )
        asked = requests.Asked(
            product=catalogue.get_product(db, slug="napoleon"), author=author, subject="No stock arrives",
            body="Since Friday.", impact="hampered", employees=12,
        )  # fmt: skip
        request = requests.write_down(db, asked=asked, actor="customer", now=desk.clock())
        requests.receive(db, request=request, now=desk.clock())
        path = secret_path(desk.database.core, "r", request.reference, request.link_version)
        return request.number, path


def agreed(desk, number):
    with desk.database.app_sessions() as db:
        request = requests.get_request(db, number=number)
        known = connecting.find_connection(db, request=request)
        state = request.state
        return state, known.session.starts_at if known else None, known.session.reference if known else ""


def test_staff_agree_on_a_time_and_the_customer_prepares_for_nothing(desk, visit):
    number, path = receive(desk)
    writer, customer = enter(desk.app, "coordinator"), visit("en")
    customer.get(f"{path}/connection", status=404)
    times = writer.get(f"/staff/requests/{number}/connection")
    assert writer.submit(times, form="main form.form[method=post]", status=422).errors()
    starts = [str(tag["value"]) for tag in times.all("input[name=start]")]
    made = writer.submit(times, form="main form.form[method=post]", start=starts[0], access="y")
    assert "Agreed on" in made.text
    state, first, reference = agreed(desk, number)
    assert state == "waiting"

    page = customer.get(customer.get(path).link("What to prepare"))
    for said in ("on our initiative, free of charge", "Offered by us: Test coordinator", "Krasnoyarsk"):
        assert said in page.text
    assert "₽" not in page.soup.get_text()
    assert "RUB" not in page.text
    prepared = customer.submit(page, form="#preparation", done="backup", consent="1")
    assert "Preparation: 1 of 5" in prepared.text
    assert customer.submit(prepared, form="#connect", status=422, connection_id="").errors()
    ready = customer.submit(prepared, form="#connect", connection_id="123 456 789")
    assert "Everything is ready" in ready.text
    assert b"BEGIN:VCALENDAR" in customer.client.get(ready.link("Add to calendar")).data

    session = writer.get(f"/staff/sessions/{reference}")
    assert f"№ {number}, No stock arrives" in session.text
    assert "Test coordinator" in session.text
    assert writer.get(session.link("To the request")).link("Free connection")
    again = writer.get(f"/staff/requests/{number}/connection")
    assert not again.all("input[name=access]")
    other = next(start for start in starts if start != starts[0] and start in [
        str(tag["value"]) for tag in again.all("input[name=start]")
    ])  # fmt: skip
    writer.submit(again, form="main form.form[method=post]", start=other)
    assert agreed(desk, number)[1] != first
    off = writer.submit(writer.get(f"/staff/requests/{number}/connection"), form="#call-off")
    assert "called off" in off.soup.get_text()
    assert agreed(desk, number)[2] == ""
    over = customer.get(f"{path}/connection")
    assert "The connection is called off" in over.title
    told = customer.submit(prepared, form="#preparation")
    assert "nothing is left to prepare" in told.soup.get_text()
    with desk.database.app_sessions() as db:
        event = select(OutboxMail.locale).where(OutboxMail.event == "support_connection")
        assert db.scalars(event).all() == ["en"] * 3
        assert sessions.get_session(db, reference=reference).basis == "support"


def test_a_connection_belongs_to_its_own_request_and_ended_ones_get_none(desk, visit):
    number, path = receive(desk)
    other, others_path = receive(desk)
    writer = enter(desk.app, "specialist")
    times = writer.get(f"/staff/requests/{number}/connection")
    start = str(times.all("input[name=start]")[0]["value"])
    writer.submit(times, form="main form.form[method=post]", start=start)
    visit("en").get(f"{others_path}/connection", status=404)
    visit("en").get(f"{path[:-3]}xyz/connection", status=404)
    with desk.database.app_sessions.begin() as db:
        request = requests.get_request(db, number=other)
        member = people.find_staff_member(db, person_id=requests.get_request(db, number=other).author_id)
        assert member is None
        requests.lock_request(db, request)
        requests.move(db, request, "resolve", actor="staff:1", now=desk.clock(), resolved_at=desk.clock())
    ended = writer.get(f"/staff/requests/{other}/connection")
    assert not ended.all("input[name=start]")
