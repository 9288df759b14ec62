"""Statements are imported as a whole or not at all, and each document once."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from sqlalchemy import func, select

from billing import bank
from billing.bank.models import BankLine, BankStatement, StatementFile
from billing.payments.models import Payment
from tests.fakes.bank import OTHERS, OUR_INN, OWN, Bank, Paper, statement
from tests.statements import CAMT


@pytest.fixture
def till(demo, now):
    return Bank(demo, now)


def count(till, model) -> int:
    with till.sessions() as db:
        return db.scalar(select(func.count(model.id)))


PAPERS = [Paper(1000_00 + n, f"Платёж {n}") for n in range(5)]


def test_the_same_file_twice_changes_nothing(till):
    first = till.bring(statement(*PAPERS))
    again = till.bring(statement(*PAPERS))
    assert again.id == first.id
    assert (count(till, BankStatement), count(till, BankLine)) == (1, 5)


def test_overlapping_files_bring_only_what_is_new(till):
    till.bring(statement(*PAPERS[:3]))
    second = till.bring(statement(*PAPERS))
    assert (second.lines_new, second.lines_known) == (2, 3)
    assert count(till, BankLine) == 5


def test_a_file_that_holds_a_document_twice_contradicts_its_turnover(till):
    twice = statement(PAPERS[0], PAPERS[0])
    with pytest.raises(bank.StatementRefusedError) as refused:
        till.bring(twice)  # its turnover counts it twice, so something is wrong with the file
    assert refused.value.code == "turnover_differs"


def test_without_a_turnover_in_the_file_a_document_that_it_holds_twice_comes_once(till):
    rows = statement(PAPERS[0], PAPERS[0]).split(b"\r\n")
    turnover = tuple(word.encode("cp1251") for word in ("Всего", "Конечный", "Начальный"))
    made = till.bring(b"\r\n".join(row for row in rows if not row.startswith(turnover)))
    assert made.lines_new == 1


def test_a_reworded_purpose_is_the_same_document(till):
    till.bring(statement(Paper(500_00, "Оплата по счету", number="7")))
    again = till.bring(statement(Paper(500_00, "ОПЛАТА ПО СЧЕТУ (изменено банком)", number="7")))
    assert (again.lines_new, again.lines_known) == (0, 1)


DIFFERENT = [
    {"number": "8"},
    {"minor": 500_01},
    {"inn": "7707083893"},
    {"payer": "40702810200000000001"},
    {"on": date(2026, 11, 20)},
]


@pytest.mark.parametrize("facts", DIFFERENT)
def test_whatever_else_differs_is_another_document(till, facts):
    one = {"minor": 500_00, "purpose": "Оплата", "number": "7"}
    till.bring(statement(Paper(**one)))
    assert till.bring(statement(Paper(**one | facts))).lines_new == 1


WHOLE = statement(*PAPERS)
BROKEN = {
    "unknown_account": statement(
        Paper(100, "x", payee="40702810200000000001"), account="40702810200000000001"
    ),
    "foreign_line": statement(Paper(100, "x", payee="40702810200000000001")),
    # Tomorrow it is already somewhere, the day after nowhere.
    "future_line": statement(Paper(100, "x", on=date(2026, 11, 25))),
    # Euros on our account in roubles.
    "line_currency": CAMT.replace(
        "<IBAN>DE89370400440532013000</IBAN>", f"<Othr><Id>{OWN}</Id></Othr>"
    ).encode(),
    "no_lines": f"1CClientBankExchange\nВерсияФормата=1.03\nРасчСчет={OWN}\nКонецФайла\n".encode("cp1251"),
    "balance_broken": statement(*PAPERS, opening=100, closing=200),
    "turnover_differs": WHOLE.replace(
        "ВсегоПоступило=5000.10".encode("cp1251"), "ВсегоПоступило=5000.11".encode("cp1251")
    ),
    "statement_truncated": WHOLE[:-200],
    "statement_format": b"%PDF-1.7 not a statement",
    "statement_empty": b" \r\n",
    "statement_amount": WHOLE.replace(b"=1000.00", b"=1000.0O"),
    "statement_date": WHOLE.replace(b"=23.11.2026", b"=31.11.2026"),
}


@pytest.mark.parametrize("code", BROKEN)
def test_a_broken_file_changes_nothing(till, code):
    till.bring(statement(PAPERS[4]))
    with pytest.raises((bank.StatementError, bank.StatementRefusedError)) as refused:
        till.bring(BROKEN[code])
    assert refused.value.code == code
    assert (count(till, BankStatement), count(till, BankLine), count(till, StatementFile)) == (1, 1, 1)


def test_every_refusal_of_a_whole_file_has_its_example():
    named = set(re.findall(r"`([a-z_]+)`", bank.StatementRefusedError.__doc__))
    # Twins have their own file of tests.
    assert named - {"twin"} <= set(BROKEN)


def test_outgoing_own_transfers_and_fees_are_stored_as_such(till):
    lines = till.take(
        Paper(100_00, "Аренда за ноябрь", payer=OWN, payee=OTHERS, payee_inn="7707083893", inn=OUR_INN),
        Paper(200_00, "Перевод собственных средств", inn=OUR_INN),
        Paper(30_00, "Комиссия за ведение счета", payer=OWN, payee="47423810900000000001", inn=OUR_INN,
              kind="Банковский ордер", payee_inn="7707083893", bic=""),
        Paper(400_00, "Оплата"),
    )  # fmt: skip
    assert [line.direction for line in lines] == ["out", "own", "fee", "in"]
    assert [line.state for line in lines] == ["none", "none", "none", "waiting"]
    assert count(till, Payment) == 1


def test_the_preview_says_what_the_import_then_does_and_writes_nothing(till):
    sure, late = till.order(), till.order(days=12)
    papers = [till.pays(sure), till.pays(late, inn="7707083893"), Paper(77_00, "Без номера"), *PAPERS[:2]]
    till.bring(statement(PAPERS[0]))
    content = statement(*papers)
    shown = till.preview(content)
    assert (len(shown.fresh), shown.known) == (4, 1)
    assert [one.invoices[0].number for one in shown.by_rule] == [till.invoice(sure).number]
    assert shown.reasons == [("no_number", 2), ("other_payer", 1)]
    assert count(till, BankLine) == 1
    made = till.bring(content)
    assert till.match(made) == 1
    reasons = [line.reason for line in till.lines()[1:]]
    assert sorted(filter(None, reasons)) == ["no_number", "no_number", "other_payer"]


def test_files_that_nobody_imported_are_forgotten_those_imported_are_kept(till, now):
    till.upload(statement(PAPERS[0]))
    till.bring(statement(PAPERS[1]))
    till.now = now.replace(day=26)
    till.upload(statement(PAPERS[2]))
    assert count(till, StatementFile) == 2


def test_eight_people_import_the_same_and_overlapping_files_at_once(till):
    files = [till.upload(statement(*PAPERS[: 3 + n % 3])) for n in range(8)]

    def press(reference: str) -> int:
        with till.sessions.begin() as db:
            file = bank.get_file(db, reference=reference)
            return bank.import_statement(db, file=file, actor="staff:1", now=till.now).id

    with ThreadPoolExecutor(8) as pool:
        statements = set(pool.map(press, files))
    assert len(statements) == 3
    assert count(till, BankLine) == 5


def test_a_statement_matched_by_two_workers_at_once_is_booked_once(till):
    order = till.order()
    made = till.bring(statement(till.pays(order), *PAPERS))
    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(lambda _n: till.match(made), range(4))) == 1
    assert count(till, Payment) == 6
    assert till.state(order) == ("confirmed", "covered")
