"""The payload of payment codes by ГОСТ Р 56042-2014, the purpose of a payment, and sums in words."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.invoices.content import Bank, Line, Party
from billing.invoices.purpose import LONGEST, payment_purpose
from billing.invoices.qr import code_bytes, payment_code
from billing.invoices.words import sum_in_words
from services.core.money import Money

PAYEE = Party("ООО «Ромашка»", "RU", "7707083893", "773601001")
BANK = Bank("ПАО СБЕРБАНК", "40702810138250123017", "044525225", "30101810400000000225")
PURPOSE = "Оплата по счету № 2027-000045 от 18.01.2027. В т.ч. НДС 22% 1980-00 руб."
ORDER = ("Name", "PersonalAcc", "BankName", "BIC", "CorrespAcc", "Sum", "Purpose", "PayeeINN", "KPP")


def pairs(payload: str) -> dict[str, str]:
    head, *rest = payload.split("|")
    assert head in {"ST00011", "ST00012"}
    return dict(pair.split("=", 1) for pair in rest)


def required_bytes(payload: str) -> int:
    head = "|".join(payload.split("|")[:6])
    return len(head.encode("cp1251" if payload.startswith("ST00011") else "utf-8"))


def test_the_example_of_the_standard_comes_out_sign_by_sign() -> None:
    assert payment_code(payee=PAYEE, bank=BANK, purpose=PURPOSE, minor=1_098_000) == (
        "ST00012|Name=ООО «Ромашка»|PersonalAcc=40702810138250123017|BankName=ПАО СБЕРБАНК"
        "|BIC=044525225|CorrespAcc=30101810400000000225|Sum=1098000"
        f"|Purpose={PURPOSE}|PayeeINN=7707083893|KPP=773601001"
    )


def test_what_is_missing_is_left_out_and_no_correspondent_account_is_a_nought() -> None:
    treasury = Bank("УФК", "40102810545370000003", "004525988")
    said = pairs(
        payment_code(payee=Party("ИП Петров", "RU", "500100732259"), bank=treasury, purpose="x", minor=1)
    )
    assert said["CorrespAcc"] == "0"
    assert "KPP" not in said


def test_an_account_abroad_has_no_code() -> None:
    assert (
        payment_code(payee=PAYEE, bank=Bank("Bank", "CY17002001280000001200527600"), purpose="", minor=1)
        == ""
    )


def test_a_long_name_loses_its_legal_form_first_then_the_encoding_changes_then_it_is_cut() -> None:
    long_bank = Bank("Публичное акционерное общество Банк", BANK.account, BANK.bic, BANK.corr_account)
    formal = Party("Общество с ограниченной ответственностью «Ромашка и сыновья, торговый дом»", "RU")
    code = payment_code(payee=formal, bank=long_bank, purpose="x", minor=1)
    assert pairs(code)["Name"] == "ООО «Ромашка и сыновья, торговый дом»"
    longer = payment_code(payee=Party("ООО «" + "Ромашка " * 12 + "»", "RU"), bank=BANK, purpose="x", minor=1)
    assert longer.startswith("ST00011|")
    assert pairs(longer)["Name"].endswith("»")
    endless = payment_code(payee=Party("Ж" * 500, "RU"), bank=BANK, purpose="x", minor=1)
    assert 0 < len(pairs(endless)["Name"]) <= 160


@given(
    name=st.text(min_size=1, max_size=400),
    bank_name=st.text(min_size=1, max_size=90),
    purpose=st.text(max_size=300),
    minor=st.integers(1, 10**15),
)
def test_whatever_is_typed_the_code_keeps_to_the_standard(name, bank_name, purpose, minor):
    bank = Bank(bank_name, BANK.account, BANK.bic, BANK.corr_account)
    payload = payment_code(payee=Party(name, "RU", "7707083893"), bank=bank, purpose=purpose, minor=minor)
    said = pairs(payload)
    assert [key for key in ORDER if key in said] == list(said)
    assert required_bytes(payload) <= 300
    assert code_bytes(payload)
    assert said["Sum"] == str(minor)
    assert all(sign >= " " for sign in payload)


def line(net: int, vat: int, rate: int | None) -> Line:
    return Line("x", 1, "шт", "796", net, vat, net + vat, rate)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ((line(450_000, 99_000, 2200),), "В т.ч. НДС 22% 990-00 руб."),
        ((line(100, 5, 550), line(100, 20, 2000)), "В т.ч. НДС 20% 0-20 руб., НДС 5,5% 0-05 руб."),
        ((line(100, 0, None),), "Без НДС."),
        ((line(100, 0, 0),), "В т.ч. НДС 0% 0-00 руб."),
    ],
)
def test_the_purpose_names_number_date_and_tax_with_plain_blanks(lines, said):
    written = payment_purpose(number="2026-000123", on=date(2026, 11, 23), lines=lines, layout="ru")
    assert written == f"Оплата по счету № 2026-000123 от 23.11.2026. {said}"
    assert "\u00a0" not in written
    assert len(written) <= LONGEST


@pytest.mark.parametrize(
    ("minor", "words"),
    [
        (1_800_000, "Восемнадцать тысяч рублей 00 копеек"),
        (100, "Один рубль 00 копеек"),
        (200, "Два рубля 00 копеек"),
        (1_100, "Одиннадцать рублей 00 копеек"),
        (100_200, "Одна тысяча два рубля 00 копеек"),
        (2_100, "Двадцать один рубль 00 копеек"),
        (549_005, "Пять тысяч четыреста девяносто рублей 05 копеек"),
        (1, "Ноль рублей 01 копейка"),
    ],
)
def test_sums_in_russian_words(minor, words):
    assert sum_in_words(Money(minor, "RUB"), "ru") == words


def test_sums_in_english_words_and_currencies_that_have_none() -> None:
    assert sum_in_words(Money(7_500, "EUR"), "en") == "Seventy-five euro and 00 cents"
    assert sum_in_words(Money(7_500, "XTS"), "en") == ""
