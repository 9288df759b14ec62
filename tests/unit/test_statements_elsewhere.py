"""camt.053, MT940 and tables."""

from __future__ import annotations

from datetime import date

import pytest

from billing.bank.errors import StatementError
from billing.bank.formats import read_statement
from billing.bank.table import TableMapping
from tests.statements import CAMT, MT940, OURS, TABLE, THEIR_INN, THEIRS

MAPPING = TableMapping(
    columns={
        "on": "Дата",
        "amount": "Сумма",
        "other_name": "Контрагент",
        "other_inn": "ИНН",
        "purpose": "Назначение",
    },
    account=OURS,
)


def read(text: str, mapping: TableMapping | None = None, encoding: str = "utf-8"):
    return read_statement(text.encode(encoding), name="statement", mapping=mapping)


def refused(text: str, mapping: TableMapping | None = None) -> tuple[str, int]:
    with pytest.raises(StatementError) as caught:
        read(text, mapping)
    return caught.value.code, caught.value.line


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


def test_camt_booked_entries_only():
    statement = read(CAMT)
    (line,) = statement.lines
    assert statement.accounts == ("DE89370400440532013000",)
    assert (line.minor, line.currency, line.reference) == (24_000, "EUR", "B-77")
    assert (line.payer.name, line.payer.inn, line.payer.bic) == ("Spring GmbH", THEIR_INN, "BYLADEM1001")
    assert (line.payer.account, line.payee.account) == ("DE02120300000000202051", "DE89370400440532013000")
    assert line.purpose == "Invoice 2026-000012 of 12.11.2026"
    assert line.raw["TxDtls/RmtInf/Ustrd#2"] == "of 12.11.2026"
    (balance,) = statement.balances
    assert (balance.opening, balance.closing) == (100_000, 124_000)


def test_camt_parts_of_a_collected_entry_are_lines_when_they_add_up():
    part = CAMT[CAMT.index("<TxDtls>") : CAMT.index("</NtryDtls>")]
    half = part.replace(
        "<RltdPties>", '<AmtDtls><TxAmt><Amt Ccy="EUR">120</Amt></TxAmt></AmtDtls><RltdPties>'
    )
    lines = read(CAMT.replace(part, half * 2)).lines
    assert [(line.minor, line.reference) for line in lines] == [(12_000, "B-77/1"), (12_000, "B-77/2")]
    (line,) = read(CAMT.replace(part, half * 3)).lines
    assert (line.minor, line.payer.name) == (24_000, "")


def test_camt_of_version_eight_says_status_and_parties_one_level_deeper():
    text = CAMT.replace("<Sts>BOOK</Sts>", "<Sts><Cd>BOOK</Cd></Sts>")
    text = text.replace("<Dbtr>", "<Dbtr><Pty>").replace("</Dbtr>", "</Pty></Dbtr>")
    (line,) = read(text).lines
    assert (line.payer.name, line.payer.inn) == ("Spring GmbH", THEIR_INN)


@pytest.mark.parametrize(
    ("text", "code", "at"),
    [
        (CAMT[:-40], "statement_xml", CAMT[:-40].count("\n") + 1),
        (CAMT.replace("<Document", "<!DOCTYPE x [<!ENTITY a 'b'>]><Document"), "statement_xml", 1),
        ("<html><body>no</body></html>", "statement_format", 1),
        (CAMT.replace(">240.00<", ">-1<"), "statement_amount", line_of(CAMT, "<Ntry>")),
        (CAMT.replace("<Sts>BOOK</Sts>", ""), "statement_missing", line_of(CAMT, "<Ntry>")),
        (CAMT.replace('Ccy="EUR">240', 'Ccy="€">240'), "statement_currency", line_of(CAMT, "<Ntry>")),
        (
            CAMT.replace("<BookgDt><Dt>2026-11-16", "<BookgDt><Dt>2026-13-16"),
            "statement_date",
            line_of(CAMT, "<Ntry>"),
        ),
        (CAMT.replace("<IBAN>DE89370400440532013000</IBAN>", ""), "statement_missing", 1),
        ("<Document>" * 5000 + "</Document>" * 5000, "statement_missing", 1),
    ],
)
def test_camt_refused_whole(text, code, at):
    assert refused(text) == (code, at)


def test_mt940_is_unfolded_and_its_parts_are_told_apart():
    statement = read(MT940)
    came, went = statement.lines
    assert statement.accounts == (OURS,)
    assert (came.number, came.reference, came.minor) == ("415", "B77-1", 2_196_000)
    assert (came.on, came.booked_on) == (date(2026, 11, 16), date(2026, 11, 17))
    assert came.purpose == "Oplata po schetu 2026-000045 ot 12.11.2026, remote session and work"
    assert (came.payer.inn, came.payer.name, came.payer.account) == (THEIR_INN, "OOO VESNA", THEIRS)
    assert (went.number, went.minor, went.payer.account) == ("", 500_000, OURS)
    assert statement.balances[0].closing == 11_696_000


def test_mt940_the_numbered_parts_of_other_banks():
    text = MT940.replace(":86:Komissiya", ":86:166?00X?20Invoice ?2112?30BYLADEM1?31DE02?32Spring?33 GmbH?34")
    went = read(text).lines[1]
    assert (went.purpose, went.payee.name, went.payee.account) == ("Invoice 12", "Spring GmbH", "DE02")


def test_mt940_a_reversed_credit_leaves_and_a_new_year_is_near():
    text = MT940.replace(":61:2611171117D5000,", ":61:2612310102RC5000,")
    went = read(text).lines[1]
    assert (went.payer.account, went.on, went.booked_on) == (OURS, date(2026, 12, 31), date(2027, 1, 2))


@pytest.mark.parametrize(
    ("text", "code", "at"),
    [
        (MT940.replace(":62F:C261117RUB116960,00\n", ""), "statement_truncated", 10),
        (MT940.replace(":60F:C261115RUB100000,00\n", ""), "statement_order", 5),
        (MT940.replace("C21960,00N", "C21960.00N"), "statement_tag", 6),
        (MT940.replace(":28C:", ":99X:"), "statement_tag", 4),
        (MT940.replace(":25:044525225/40702810138250123017\n", ""), "statement_missing", 2),
        (MT940.replace("C261115RUB", "C261315RUB"), "statement_date", 5),
    ],
)
def test_mt940_refused_whole(text, code, at):
    assert refused(text) == (code, at)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1251", "cp866"])
def test_a_table_is_read_below_its_headings(encoding):
    came, went = read(TABLE, MAPPING, encoding).lines
    assert (came.minor, came.payer.name, came.payer.inn) == (2_196_000, 'ООО "Весна";', THEIR_INN)
    assert (came.payee.account, came.on) == (OURS, date(2026, 11, 17))
    assert (went.minor, went.payer.account, went.payee.name) == (500_000, OURS, "ПАО Банк")


def test_a_table_with_two_columns_of_sums_and_dates_of_another_kind():
    mapping = TableMapping(
        columns={"on": "Date", "came": "In", "went": "Out"},
        account="DE89",
        currency="EUR",
        date_format="mm/dd/yyyy",
        decimal=".",
        delimiter=",",
    )
    came, went = read('Date,In,Out\n11/17/2026,"1,219.60",\n11/18/2026,,5.00\n', mapping).lines
    assert (came.minor, came.payee.account) == (121_960, "DE89")
    assert (went.minor, went.payer.account) == (500, "DE89")
    assert TableMapping.of_json(mapping.to_json()) == mapping


@pytest.mark.parametrize(
    ("text", "code", "at"),
    [
        (TABLE.replace("Назначение", "Прочее"), "statement_mapping", 3),
        (TABLE.replace("Дата;", "Число;"), "statement_encoding", 1),
        (TABLE.replace("21 960,00", "много"), "statement_amount", 4),
        (TABLE.replace("17.11.2026", "2026/11/17"), "statement_date", 4),
        (TABLE.replace("17.11.2026", "позже"), "statement_date", 4),
        (TABLE.replace('"";"', '"";'), "statement_truncated", 6),
        (TABLE.replace("21 960,00", ""), "statement_amount", 4),
    ],
)
def test_a_table_refused_whole(text, code, at):
    assert refused(text, MAPPING) == (code, at)


def test_a_table_without_a_mapping_and_a_picture():
    assert refused(TABLE)[0] == "statement_mapping_wanted"
    assert refused("\x89PNG\r\n\x1a\n")[0] == "statement_format"
