"""1CClientBankExchange as banks write it, and as nobody should."""

from __future__ import annotations

import time
from datetime import date

import pytest

from billing.bank.errors import StatementError
from billing.bank.formats import read_statement
from tests.statements import BALANCE, CAME, END, HEADER, INN, OURS, THEIR_INN, THEIRS, WENT, WHOLE


def read(text: str, encoding: str = "cp1251"):
    return read_statement(text.encode(encoding), name="kl_to_1c.txt")


def refused(text: str) -> tuple[str, int]:
    with pytest.raises(StatementError) as caught:
        read(text)
    return caught.value.code, caught.value.line


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "cp866"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_the_bytes_say_the_letters_whatever_the_header_claims(encoding, ending):
    text = WHOLE.replace("«", '"').replace("»", '"').replace("№", "N").replace("ё", "е")
    statement = read(text.replace("\n", ending), encoding)
    came, went = statement.lines
    assert statement.accounts == (OURS,)
    assert (came.number, came.on, came.booked_on) == ("415", date(2026, 11, 16), date(2026, 11, 17))
    assert (came.minor, came.currency) == (2_196_000, "RUB")
    assert (came.payer.account, came.payer.inn, came.payer.name) == (THEIRS, THEIR_INN, 'ООО "Весна"')
    assert came.purpose.startswith("Оплата по счету N 2026-000045")
    assert came.raw["ВидОплаты"] == "01"
    assert (went.kind, went.booked_on, went.minor) == ("Банковский ордер", date(2026, 11, 18), 500_000)


def test_balances_and_their_days_are_read():
    (balance,) = read(WHOLE).balances
    assert (balance.from_on, balance.to_on) == (date(2026, 11, 16), date(2026, 11, 19))
    assert (balance.opening, balance.came, balance.went, balance.closing) == (
        10_000_000,
        2_196_000,
        500_000,
        11_696_000,
    )


def test_an_overdraft_may_be_below_zero():
    (balance,) = read(WHOLE.replace("=100000.00", "=-100000,5")).balances
    assert balance.opening == -10_000_050


def test_a_comma_blanks_and_one_digit_are_an_amount_as_well():
    (line,) = read(HEADER + CAME.replace("21960.00", "21 960,5") + END).lines
    assert line.minor == 2_196_050


def test_a_purpose_in_six_parts_is_one():
    parts = "\n".join(f"НазначениеПлатежа{n}=часть {n}" for n in range(1, 7))
    text = CAME.replace("НазначениеПлатежа=", f"{parts}\nНеизвестный=")
    (line,) = read(HEADER + text + END).lines
    assert line.purpose == "часть 1 часть 2 часть 3 часть 4 часть 5 часть 6"


def test_a_line_without_a_key_goes_on_with_the_one_before():
    text = CAME.replace("от 12.11.2026.", "от 12.11.2026\nза сеанс, x = 5\n  и ещё = раз\n")
    (line,) = read(HEADER + text + END).lines
    assert line.purpose.startswith("Оплата по счету № 2026-000045 от 12.11.2026 за сеанс, x = 5 и ещё = раз")


@pytest.mark.parametrize(
    ("written", "name", "inn", "kpp"),
    [
        ("ИНН 7736207543 ООО Весна", "ООО Весна", "7736207543", ""),
        ("ИНН/КПП 7736207543/770401001 ООО Весна", "ООО Весна", "7736207543", "770401001"),
        ("ИНН 500100732259 ИП Иванов И. И.", "ИП Иванов И. И.", "500100732259", ""),
        ("ИНН 7736207543", "ИНН 7736207543", "7736207543", ""),
        ("ООО ИННОВАЦИЯ 7736207543", "ООО ИННОВАЦИЯ 7736207543", "", ""),
    ],
)
def test_the_tax_number_may_stand_in_the_name(written, name, inn, kpp):
    text = f"""СекцияДокумент=Платежное поручение
Дата=16.11.2026
Сумма=1.00
ПлательщикРасчСчет={THEIRS}
Плательщик={written}
ПолучательРасчСчет={OURS}
КонецДокумента
"""
    (line,) = read(HEADER + text + END).lines
    assert (line.payer.name, line.payer.inn, line.payer.kpp) == (name, inn, kpp)
    assert (line.payer.account, line.payee.account) == (THEIRS, OURS)
    assert line.booked_on == line.on == date(2026, 11, 16)


def test_several_accounts_each_with_its_currency():
    euro = OURS[:5] + "978" + OURS[8:]
    text = (
        HEADER
        + f"РасчСчет={euro}\n"
        + BALANCE
        + BALANCE.replace(OURS, euro)
        + CAME
        + CAME.replace(OURS, euro)
        + END
    )
    statement = read(text)
    assert statement.accounts == (OURS, euro)
    assert [line.currency for line in statement.lines] == ["RUB", "EUR"]
    assert [one.currency for one in statement.balances] == ["RUB", "EUR"]


def test_of_two_payee_accounts_ours_counts():
    text = CAME.replace(f"ПолучательСчет={OURS}", f"ПолучательСчет={THEIRS}\nПолучательРасчСчет={OURS}")
    (line,) = read(HEADER + text + END).lines
    assert (line.payee.account, line.booked_on) == (OURS, date(2026, 11, 17))


def test_a_closing_sign_of_dos_and_blank_lines_change_nothing():
    assert read(WHOLE.replace("\n", "\n\n") + "\x1a").lines == read(WHOLE).lines


CUT = CAME[:150] + "\n"


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


@pytest.mark.parametrize(
    ("text", "code", "at"),
    [
        ("", "statement_empty", 1),
        (WHOLE.replace(END, ""), "statement_truncated", WHOLE.count("\n")),
        (HEADER + CUT + END, "statement_truncated", (HEADER + CUT + END).count("\n")),
        (WHOLE[: WHOLE.index("КонецДокумента")], "statement_truncated", line_of(WHOLE, "КонецДокумента")),
        (WHOLE.replace("КонецДокумента\nСекция", "Секция", 1), "statement_order", line_of(WHOLE, WENT) - 1),
        (HEADER + "КонецДокумента\n" + END, "statement_order", HEADER.count("\n") + 1),
        (WHOLE.replace("КонецРасчСчет", "КонецДокумента", 1), "statement_order", line_of(WHOLE, CAME) - 1),
        (WHOLE + "Номер=1\n", "statement_trailing", WHOLE.count("\n") + 1),
        (WHOLE.replace("Сумма=21960.00\n", ""), "statement_missing", line_of(WHOLE, CAME)),
        (WHOLE.replace("Дата=16.11.2026\n", ""), "statement_missing", line_of(WHOLE, CAME)),
        (WHOLE.replace(f"РасчСчет={OURS}\n", ""), "statement_missing", line_of(WHOLE, BALANCE) - 1),
        (WHOLE.replace("Сумма=21960.00", "Сумма=0.00"), "statement_amount", line_of(WHOLE, "Сумма=")),
        (WHOLE.replace("Сумма=21960.00", "Сумма=-1.00"), "statement_amount", line_of(WHOLE, "Сумма=")),
        (WHOLE.replace("Сумма=21960.00", "Сумма=1.005"), "statement_amount", line_of(WHOLE, "Сумма=")),
        (WHOLE.replace("Сумма=21960.00", "Сумма=1e9"), "statement_amount", line_of(WHOLE, "Сумма=")),
        (WHOLE.replace("Сумма=21960.00", "Сумма=" + "9" * 40), "statement_amount", line_of(WHOLE, "Сумма=")),
        (WHOLE.replace("Дата=16.11.2026", "Дата=31.11.2026"), "statement_date", line_of(WHOLE, "Дата=16")),
        (WHOLE.replace("Дата=16.11.2026", "Дата=2026-11-16"), "statement_date", line_of(WHOLE, "Дата=16")),
        (WHOLE.replace("Номер=415", "Сумма=1.00"), "statement_repeated", line_of(WHOLE, "Сумма=")),
        (WHOLE.replace("Номер=415", "Номер=\x00"), "statement_encoding", line_of(WHOLE, "Номер=415")),
    ],
)
def test_a_broken_file_is_refused_whole_with_its_line(text, code, at):
    assert refused(text) == (code, at)


def test_ten_thousand_documents_are_read_in_two_seconds():
    content = (HEADER + (CAME + WENT) * 5000 + END).encode("cp1251")
    started = time.process_time()
    statement = read_statement(content, name="x.txt")
    taken = time.process_time() - started
    assert len(statement.lines) == 10_000
    assert taken < 2


def test_what_we_are_is_told_by_nobodys_name():
    assert read(WHOLE).lines[0].payee.inn == INN
