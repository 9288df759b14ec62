"""The form of a free request in hostile hands: strange signs, floods of fields, a stranger's mailbox."""

from __future__ import annotations

import re

from sqlalchemy import func, select

from services.core.mail.models import OutboxMail
from services.support.requests.models import Request
from tests.pages import fields_of

FACTS = {
    "subject": "Не приходят остатки",
    "of_description": "Остатки за среду",
    "of_steps": "Открыть остатки",
    "of_project": "AT-7",
    "of_modules": "склад",
    "impact": "hampered",
    "employees": "6",
    "name": "Ольга Мельникова",
    "email": "olga@kedr.example",
}


def sending(visitor, *, address="203.0.113.7", **values):
    page = visitor.get("/support/aceteam")
    fields = {name: value for name, value in fields_of(page.one("main form#request")).items() if value}
    known = {str(tag["name"]) for tag in page.all("main form#request [name]")}
    fields |= {name: value for name, value in (FACTS | values).items() if name in known or name in values}
    return visitor.client.post("/support/aceteam", data=fields, environ_base={"REMOTE_ADDR": address})


def test_strange_signs_break_neither_page_nor_mail(visitor, demo):
    strange = "Склад\r\nBcc: x@evil.example\0\u202e<script>alert(1)</script> 😀 \x1b[31m"
    answer = sending(visitor, subject=strange, name=strange, of_description=strange * 20, company=strange)
    assert answer.status_code in {303, 422}
    clean = strange.replace("\0", "")
    answer = sending(visitor, subject=clean, name=clean, of_description=clean * 20)
    assert answer.status_code == 303, re.findall(r"field__error.*", answer.text)
    shown = visitor.client.get(answer.headers["Location"]).text
    assert "<script>alert" not in shown
    with demo.app_sessions() as db:
        mail = db.scalars(select(OutboxMail).order_by(OutboxMail.id.desc())).first()
        assert not set("\r\n\0") & set(mail.subject + mail.to_name)
    for flood in (
        {f"of_x{n}": "1" for n in range(10_000)},
        {"subject": "а" * 3_000_000},
        {"employees": "9" * 5000},
        {"inn": "7" * 5000},
        {"impact": "vip"},
        {"form_key": "k" * 5000},
    ):
        assert sending(visitor, **flood).status_code in {303, 400, 413, 422}, list(flood)[:1]


def test_no_mailbox_is_filled_with_receipts_from_many_networks(visitor, demo):
    with demo.app_sessions() as db:
        before = db.scalar(select(func.count()).select_from(Request))
    answers = [sending(visitor, address=f"198.51.100.{n}").status_code for n in range(12)]
    assert answers == [303] * 10 + [429] * 2
    spelt = sending(visitor, address="198.51.100.99", email="OLGA@kedr.example")
    assert spelt.status_code == 429
    assert sending(visitor, address="198.51.100.99", email="petr@kedr.example").status_code == 303
    with demo.app_sessions() as db:
        assert db.scalar(select(func.count()).select_from(Request)) == before + 11


def test_a_form_without_files_is_not_read_into_memory_however_large_it_is(visitor):
    page = visitor.get("/support/aceteam")
    fields = fields_of(page.one("main form#request")) | FACTS
    answer = visitor.client.post("/support/aceteam", data=fields | {"of_description": "a" * 3 * 2**20})
    assert answer.status_code == 413
