"""The same payment out of two files in different formats: never taken twice."""

from __future__ import annotations

from datetime import date

import pytest

from billing.bank import StatementRefusedError
from tests.fakes.bank import INN, OTHERS, OWN, Bank, statement


@pytest.fixture
def till(demo, now):
    return Bank(demo, now)


def mt940(minor: int, purpose: str, *, day: str = "261123") -> bytes:
    """The same movement as another bank program writes it: no number, and the account only."""
    rubles = f"{minor // 100},{minor % 100:02}"
    return "\r\n".join(
        [
            ":20:STMT", f":25:{OWN}", ":28C:1/1", f":60F:C{day}RUB1000000,00",
            f":61:{day}C{rubles}NTRFNONREF//BANK{minor}", f":86:{purpose} ИНН {INN}",
            f":62F:C{day}RUB{1_000_000 + minor // 100},{minor % 100:02}", "-", "",
        ]
    ).encode()  # fmt: skip


def test_half_of_the_money_in_two_formats_confirms_no_order(till):
    order = till.order()
    whole = till.invoice(order).gross_minor
    half = till.pays(order, whole // 2)
    till.match(till.bring(statement(half)))
    assert till.state(order) == ("awaiting_payment", "open")
    with pytest.raises(StatementRefusedError) as refused:
        till.match(till.bring(mt940(whole // 2, half.purpose), name="mt.sta"))
    assert refused.value.code == "twin"
    assert refused.value.facts["on"] == date(2026, 11, 23)
    assert till.state(order) == ("awaiting_payment", "open")


def test_other_days_and_sums_of_another_format_are_taken(till):
    till.match(till.bring(statement(till.pays(till.order(), 100_00))))
    till.match(till.bring(mt940(100_00, "Оплата", day="261124"), name="a.sta"))
    till.match(till.bring(mt940(101_00, "Оплата"), name="b.sta"))
    assert [line.minor for line in till.lines()] == [100_00, 100_00, 101_00]
    assert OTHERS in {line.payer_account for line in till.lines()}
