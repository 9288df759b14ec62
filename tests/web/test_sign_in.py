"""Signing in and out, and passwords."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, text

from tests.fakes.desk import PASSWORD, send, sign_in
from webapp.auth import throttle
from webapp.auth.models import User

GENERIC = "belong together"


def test_a_member_of_staff_signs_in_and_lands_on_today(desk):
    client = desk.visitor()
    answer = sign_in(client, "specialist@desk.example", PASSWORD)
    assert answer.status_code == 302
    assert answer.location.endswith("/staff/")
    assert client.get("/staff/", follow_redirects=True).status_code == 200


def test_the_address_counts_whatever_its_capitals(desk):
    assert sign_in(desk.visitor(), "Specialist@Desk.Example", PASSWORD).status_code == 302


def test_signing_in_leads_back_to_the_page_that_asked_for_it(desk):
    client = desk.visitor()
    asked = client.get("/staff/hours/")
    assert asked.status_code == 302
    assert "/sign-in?next=" in asked.location
    answer = send(client, asked.location, email="coordinator@desk.example", password=PASSWORD)
    assert answer.location.endswith("/staff/hours/")


def test_signing_in_never_leads_to_another_site(desk):
    client = desk.visitor()
    answer = send(
        client, "/sign-in?next=https://evil.example/", email="coordinator@desk.example", password=PASSWORD
    )
    assert "evil" not in (answer.location or "")


@pytest.mark.parametrize("email", ["specialist@desk.example", "nobody@desk.example"])
def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(desk, email):
    answer = sign_in(desk.visitor(), email, "wrong-password-1")
    assert answer.status_code == 422
    assert GENERIC in answer.text
    assert answer.text.count("field__error") == 0
    assert f'value="{email}"' in answer.text


def test_the_answers_differ_in_nothing_but_the_address(desk):
    answers = [
        sign_in(desk.visitor(), email, "wrong-password-1").text.replace(email, "X")
        for email in ("specialist@desk.example", "nobody@desk.example")
    ]
    without_tokens = [drop_random(answer) for answer in answers]
    assert without_tokens[0] == without_tokens[1]


def drop_random(page: str) -> str:
    import re

    return re.sub(r'(csrf_token" type="hidden" value="|name="csrf_token" value=")[^"]+', "", page)


def test_a_user_who_was_switched_off_gets_the_same_answer_too(desk):
    with desk.database.app_sessions.begin() as db:
        user = db.scalar(select(User).where(User.email == "specialist@desk.example"))
        user.active = False
    answer = sign_in(desk.visitor(), "specialist@desk.example", PASSWORD)
    assert answer.status_code == 422
    assert GENERIC in answer.text


def test_an_empty_field_is_told_beside_it(desk):
    answer = sign_in(desk.visitor(), "specialist@desk.example", "")
    assert answer.status_code == 422
    assert "Enter the password." in answer.text
    assert 'class="field__error" id="password-error"' in answer.text
    assert GENERIC not in answer.text


def test_tries_count_although_each_of_them_is_refused(desk):
    client = desk.visitor()
    for _ in range(throttle.ACCOUNT.tries):
        assert GENERIC in sign_in(client, "specialist@desk.example", "wrong-password-1").text
    answer = sign_in(client, "specialist@desk.example", PASSWORD)
    assert answer.status_code == 422
    assert "Too many tries" in answer.text
    desk.clock.at += throttle.ACCOUNT.period + timedelta(seconds=1)
    assert sign_in(desk.visitor(), "specialist@desk.example", PASSWORD).status_code == 302


def test_an_unknown_account_is_limited_like_a_known_one(desk):
    client = desk.visitor()
    for _ in range(throttle.ACCOUNT.tries):
        sign_in(client, "nobody@desk.example", "wrong-password-1")
    assert "Too many tries" in sign_in(client, "nobody@desk.example", "wrong-password-1").text


def test_one_address_of_the_network_cannot_try_all_accounts(desk):
    client = desk.visitor()
    for n in range(throttle.ADDRESS.tries):
        sign_in(client, f"somebody{n}@desk.example", "wrong-password-1")
    assert "Too many tries" in sign_in(client, "specialist@desk.example", PASSWORD).text


def test_success_forgives_the_tries_before_it(desk):
    client = desk.visitor()
    for _ in range(throttle.ACCOUNT.tries - 1):
        sign_in(client, "specialist@desk.example", "wrong-password-1")
    assert sign_in(client, "specialist@desk.example", PASSWORD).status_code == 302
    with desk.database.app_sessions() as db:
        outcomes = db.scalars(text("SELECT outcome FROM auth.sign_in ORDER BY id")).all()
    assert outcomes == ["refused"] * (throttle.ACCOUNT.tries - 1) + ["accepted"]


def test_signing_out_takes_a_form_and_ends_the_session(desk):
    client = desk.signed_in("coordinator")
    assert client.get("/sign-out").status_code == 405
    assert client.post("/sign-out").status_code == 400
    assert send(client, "/sign-out", page="/staff/hours/").status_code == 302
    assert client.get("/staff/hours/").status_code == 302


def test_a_form_without_its_token_is_refused(desk):
    answer = desk.visitor().post("/sign-in", data={"email": "specialist@desk.example", "password": PASSWORD})
    assert answer.status_code == 400


def test_a_new_password_ends_the_other_sessions(desk):
    here, elsewhere = desk.signed_in("coordinator"), desk.signed_in("coordinator")
    answer = send(
        here,
        "/password",
        password=PASSWORD,
        new_password="south-wind-eight",
        new_password_confirm="south-wind-eight",
    )
    assert answer.status_code == 302
    assert here.get("/staff/hours/").status_code == 200
    assert elsewhere.get("/staff/hours/").status_code == 302
    assert sign_in(desk.visitor(), "coordinator@desk.example", "south-wind-eight").status_code == 302


WRONG_CHANGES = [
    (
        {
            "password": "wrong-password-1",
            "new_password": "south-wind-eight",
            "new_password_confirm": "south-wind-eight",
        },
        "not your present",
    ),
    ({"password": PASSWORD, "new_password": "short", "new_password_confirm": "short"}, "longer password"),
    (
        {
            "password": PASSWORD,
            "new_password": "south-wind-eight",
            "new_password_confirm": "south-wind-nine",
        },
        "differ",
    ),
    (
        {"password": PASSWORD, "new_password": PASSWORD, "new_password_confirm": PASSWORD},
        "other than the present",
    ),
    ({"password": "", "new_password": "", "new_password_confirm": ""}, "Enter the password"),
]


def test_a_bad_change_of_password_is_told_beside_the_field(desk):
    for fields, said in WRONG_CHANGES:
        answer = send(desk.signed_in("coordinator"), "/password", **fields)
        assert answer.status_code == 422
        assert said in answer.text
        assert "field__error" in answer.text


def test_a_forgotten_password_is_set_anew_by_a_link_that_works_once(desk):
    client = desk.visitor()
    assert send(client, "/password/forgotten", email="specialist@desk.example").status_code == 303
    link = the_link(desk)
    page = client.get(link)
    assert page.headers["Referrer-Policy"] == "no-referrer"
    answer = send(client, link, password="south-wind-eight", password_confirm="south-wind-eight")
    assert answer.status_code == 302
    assert sign_in(desk.visitor(), "specialist@desk.example", "south-wind-eight").status_code == 302
    assert client.get(link).status_code == 302


def the_link(desk) -> str:
    from services.core import mail

    with desk.database.app_sessions() as db:
        letter = db.scalars(select(mail.OutboxMail).where(mail.OutboxMail.event == "password_link")).one()
        words, _calendar = mail.read_body(db, mail=letter)
    found = [word for word in words.text.split() if "/password/forgotten/" in word]
    assert found[0].startswith(desk.database.core.public_url)
    return found[0].removeprefix(desk.database.core.public_url)


def test_asking_for_a_link_tells_nobody_who_has_an_account(desk):
    answers = []
    for email in ("specialist@desk.example", "nobody@desk.example"):
        client = desk.visitor()
        answer = send(client, "/password/forgotten", email=email)
        answers.append(
            (
                answer.status_code,
                answer.location,
                drop_random(client.get(answer.location).text.replace(email, "X")),
            )
        )
    assert answers[0] == answers[1]
    with desk.database.app_sessions() as db:
        assert db.scalar(text("SELECT count(*) FROM core.outbox WHERE event = 'password_link'")) == 1


def test_letters_with_links_are_limited(desk):
    client = desk.visitor()
    for _ in range(throttle.RECOVERY_ACCOUNT.tries):
        assert send(client, "/password/forgotten", email="specialist@desk.example").status_code == 303
    answer = send(client, "/password/forgotten", email="specialist@desk.example")
    assert answer.status_code == 422
    assert "Too many tries" in answer.text


def test_a_misspelt_address_is_told_before_any_letter(desk):
    answer = send(desk.visitor(), "/password/forgotten", email="specialist@")
    assert answer.status_code == 422
    assert "Check the address" in answer.text


def test_all_addresses_of_one_ipv6_line_count_together(desk):
    client = desk.visitor()
    for n in range(throttle.ADDRESS.tries):
        client.environ_base["REMOTE_ADDR"] = f"2001:db8:5:7::{n:x}"
        sign_in(client, f"somebody{n}@desk.example", "wrong-password-1")
    client.environ_base["REMOTE_ADDR"] = "2001:db8:5:7:ffff::1"
    assert "Too many tries" in sign_in(client, "specialist@desk.example", PASSWORD).text
    client.environ_base["REMOTE_ADDR"] = "2001:db8:5:8::1"
    assert sign_in(client, "specialist@desk.example", PASSWORD).status_code == 302


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("fe80::1%eth0", "fe80::"),
        (None, "unknown"),
        ("somewhere", "unknown"),
    ],
)
def test_an_address_belongs_to_its_network(address, network):
    assert throttle.network_of(address) == network
