"""Documents are set once, mailed once with their PDF, and sent again only when somebody asks."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from billing import invoices, orders
from billing.invoices.models import Document, DocumentFile
from services.core import mail
from services.core.db import make_engine


def issue(shop, reference):
    with shop.sessions.begin() as db:
        bill = orders.find_main_bill(orders.get_order(db, reference=reference))
        return invoices.issue_invoice(db, bill=bill, now=shop.now)


def work(shop, document):
    with shop.sessions.begin() as db:
        invoices.set_and_mail(db, document_id=document.id, now=shop.now)


def letters(shop, document):
    with shop.sessions() as db:
        found = mail.list_mails_about(db, subject_ref=f"document:{document.reference}")
        return [
            (one.event, one.to_email, [(file.name, file.content) for file in mail.read_files(db, mail=one)])
            for one in found
        ]


def stored(shop, document):
    with shop.sessions() as db:
        return db.get_one(DocumentFile, document.id)


def test_the_mail_waits_for_the_pdf_and_goes_out_once(shop):
    reference = shop.place()
    issued = issue(shop, reference)
    assert not letters(shop, issued)
    work(shop, issued)
    work(shop, issued)
    file = stored(shop, issued)
    person = shop.order(reference).contact["email"]
    assert letters(shop, issued) == [
        ("invoice_issued", person, [("Schet-2026-000001.pdf", file.pdf)]),
    ]
    assert file.pdf.startswith(b"%PDF")
    assert (file.sha256, file.size) == (hashlib.sha256(file.pdf).hexdigest(), len(file.pdf))


def test_an_invoice_goes_to_whom_the_customer_named(shop):
    reference = shop.place()
    with shop.sessions.begin() as db:
        order = orders.get_order(db, reference=reference)
        order.billing_contact = {"name": "", "email": "buh@kedr.example"}
    issued = issue(shop, reference)
    work(shop, issued)
    assert [to for _event, to, _files in letters(shop, issued)] == ["buh@kedr.example"]


def test_who_reads_the_pdf_before_the_job_gets_the_same_bytes(shop):
    issued = issue(shop, shop.place())
    with shop.sessions.begin() as db:
        early = invoices.read_pdf(
            db, document=invoices.get_document(db, reference=issued.reference), now=shop.now
        )
    work(shop, issued)
    assert stored(shop, issued).pdf == early
    assert len(letters(shop, issued)) == 1


def test_two_who_set_a_document_at_once_store_one_file(shop):
    issued = issue(shop, shop.place())
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _n: work(shop, issued), range(4)))
    assert len(letters(shop, issued)) == 1


def test_who_opens_the_pdf_while_it_is_being_sent_waits_and_reads_the_same(shop):
    issued = issue(shop, shop.place())

    def read():
        with shop.sessions.begin() as db:
            document = invoices.get_document(db, reference=issued.reference)
            return invoices.read_pdf(db, document=document, now=shop.now)

    with ThreadPoolExecutor(1) as pool, shop.sessions() as watching:
        with shop.sessions.begin() as db:
            db.execute(select(Document.id).where(Document.id == issued.id).with_for_update())
            reading = pool.submit(read)
            while not watching.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")):
                assert not reading.done()
            invoices.set_and_mail(db, document_id=issued.id, now=shop.now)
        assert reading.result(timeout=20) == stored(shop, issued).pdf


def test_the_staff_hears_of_characters_that_no_paper_shows(shop):
    reference = shop.place()
    with shop.sessions.begin() as db:
        order = orders.get_order(db, reference=reference)
        order.payer = {**(order.payer or {}), "company": "ООО «漢字»"}
    issued = issue(shop, reference)
    work(shop, issued)
    work(shop, issued)
    (task,) = shop.tasks()
    assert (task.kind, task.facts["characters"]) == ("glyphs_missing", ["U+5B57", "U+6F22"])


def test_what_was_voided_meanwhile_is_stored_and_not_mailed(shop):
    issued = issue(shop, shop.place())
    with shop.sessions.begin() as db:
        document = invoices.get_document(db, reference=issued.reference)
        invoices.void_document(db, document=document, actor="staff:1", reason="x", now=shop.now)
        with pytest.raises(invoices.NotStandingError):
            invoices.send_again(db, document=document, actor="staff:1", now=shop.now)
    work(shop, issued)
    assert stored(shop, issued).size
    assert not letters(shop, issued)


def test_it_is_sent_again_as_it_was(shop):
    issued = issue(shop, shop.place())
    work(shop, issued)
    with shop.sessions.begin() as db:
        document = invoices.get_document(db, reference=issued.reference)
        invoices.send_again(db, document=document, actor="staff:1", now=shop.now)
    first, second = letters(shop, issued)
    assert first == second


def test_acts_and_credit_notes_are_mailed_as_well(shop):
    reference = shop.place()
    shop.pay(reference)
    shop.sync(reference)
    with shop.sessions.begin() as db:
        bill = orders.find_main_bill(orders.get_order(db, reference=reference))
        act = invoices.issue_act(db, bill=bill, service_on=shop.now.date(), now=shop.now)
        note = invoices.issue_credit_note(
            db, act=act, amount=act.gross, reason="Скидка", actor="staff:1", now=shop.now
        )
    for document, event in ((act, "act_issued"), (note, "credit_note_issued")):
        work(shop, document)
        assert [said for said, _to, _files in letters(shop, document)] == [event]


@pytest.mark.parametrize(
    "verb", ["UPDATE billing.document_file SET sha256 = sha256", "DELETE FROM billing.document_file"]
)
def test_a_stored_file_is_never_changed(shop, demo, verb):
    work(shop, issue(shop, shop.place()))
    owner = make_engine(demo.owner_url)
    with pytest.raises(DBAPIError, match="never changed"), owner.begin() as connection:
        connection.execute(text(verb))
    owner.dispose()
