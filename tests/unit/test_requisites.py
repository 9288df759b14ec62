"""Company details: public vectors pass, every mutant is refused with its code."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.people.requisites import (
    RequisiteError,
    check_account,
    check_bic,
    check_corr_account,
    check_inn,
    check_kpp,
    check_ogrn,
    is_budget_account,
)

if TYPE_CHECKING:
    from collections.abc import Callable

ORGANISATIONS = [
    "7707083893",
    "7736207543",
    "7736050003",
    "7702070139",
    "7728168971",
    "7710140679",
    "7740000076",
]
OGRN = ["1027700132195", "1027700229193", "1027700070518", "1027739609391", "1027739642281", "1027700149124"]
OGRNIP = ["304500116000157", "312091715800012", "323570000015061", "320774600512061"]
CORR = [
    ("30101810400000000225", "044525225"),
    ("30101810700000000187", "044525187"),
    ("30101810200000000593", "044525593"),
    ("30101810145250000974", "044525974"),
    ("40102810545370000003", "004525988"),
]
ACCOUNTS = [
    ("40702810138250123017", "044525225"),
    ("40702810455000024248", "044030653"),
    ("40702810200000000001", "044525225"),
]


def refused(code: str, check: Callable[[], str]) -> None:
    with pytest.raises(RequisiteError) as caught:
        check()
    assert caught.value.code == code


@pytest.mark.parametrize("inn", [*ORGANISATIONS, "500100732259"])
def test_a_valid_inn_passes(inn: str) -> None:
    assert check_inn(inn) == inn


@pytest.mark.parametrize(
    ("inn", "code"),
    [
        ("7707083894", "inn_checksum"),
        ("7707083839", "inn_checksum"),
        ("7736207534", "inn_checksum"),
        ("500100732258", "inn_checksum"),
        ("500100732269", "inn_checksum"),
        ("770708389", "inn_length"),
        ("", "inn_digits"),
        ("77070838A3", "inn_digits"),
        ("٧٧٠٧٠٨٣٨٩٣", "inn_digits"),
        ("0000000000", "inn_zeros"),
        ("000000000000", "inn_zeros"),
        ("0012345678", "inn_zeros"),
    ],
)
def test_a_mistyped_inn_is_refused_with_its_reason(inn: str, code: str) -> None:
    refused(code, lambda: check_inn(inn))


def test_an_organisation_and_a_person_have_inns_of_their_own_length() -> None:
    assert check_inn("7707083893", holder="organisation")
    assert check_inn("500100732259", holder="person")
    refused("inn_length", lambda: check_inn("500100732259", holder="organisation"))
    refused("inn_length", lambda: check_inn("7707083893", holder="person"))


def test_pasted_blanks_and_hyphens_are_taken_out() -> None:
    assert check_inn(" 77 07\u00a0083-893\n") == "7707083893"
    assert check_kpp("7736 01\u2009001") == "773601001"
    assert check_account("4070 2810\u00a01382 5012 3017", bic="044525225").endswith("23017")


def test_a_kpp_may_hold_letters_in_its_middle() -> None:
    assert check_kpp("7736ab001") == "7736AB001"
    refused("kpp_format", lambda: check_kpp("77360100"))
    refused("kpp_format", lambda: check_kpp("7736Я1001"))
    refused("kpp_zeros", lambda: check_kpp("000000000"))


@pytest.mark.parametrize("ogrn", [*OGRN, *OGRNIP])
def test_a_valid_ogrn_passes_whatever_its_remainder(ogrn: str) -> None:
    assert check_ogrn(ogrn) == ogrn


@pytest.mark.parametrize(
    ("ogrn", "code"),
    [
        ("1027700132196", "ogrn_checksum"),
        ("304500116000156", "ogrn_checksum"),
        ("104500116000157", "ogrn_prefix"),
        ("0000000000000", "ogrn_zeros"),
        ("10277001321", "ogrn_length"),
    ],
)
def test_a_mistyped_ogrn_is_refused_with_its_reason(ogrn: str, code: str) -> None:
    refused(code, lambda: check_ogrn(ogrn))


@pytest.mark.parametrize(("account", "bic"), CORR)
def test_a_valid_correspondent_account_passes(account: str, bic: str) -> None:
    assert check_corr_account(account, bic=check_bic(bic)) == account


@pytest.mark.parametrize(
    ("account", "bic", "code"),
    [
        ("30101810500000000225", "044525225", "corr_account_checksum"),
        ("30101810700000000187", "044525225", "corr_account_prefix"),
        ("40702810138250123017", "044525225", "corr_account_prefix"),
        ("0" * 20, "044525225", "corr_account_zeros"),
        ("3010181040000000022", "044525225", "corr_account_length"),
    ],
)
def test_a_mistyped_correspondent_account_is_refused(account: str, bic: str, code: str) -> None:
    refused(code, lambda: check_corr_account(account, bic=bic))


@pytest.mark.parametrize(("account", "bic"), ACCOUNTS)
def test_a_valid_settlement_account_passes(account: str, bic: str) -> None:
    assert check_account(account, bic=bic) == account


@pytest.mark.parametrize(
    ("account", "bic", "code"),
    [
        ("40702810138250123018", "044525225", "account_checksum"),
        ("40702810138250123017", "044525187", "account_checksum"),
        ("0" * 20, "044525225", "account_zeros"),
        ("4070281013825012301", "044525225", "account_length"),
        ("40702810138250123O17", "044525225", "account_digits"),
    ],
)
def test_a_mistyped_settlement_account_is_refused(account: str, bic: str, code: str) -> None:
    refused(code, lambda: check_account(account, bic=bic))


def test_a_bic_is_of_a_bank_or_of_the_treasury() -> None:
    assert check_bic("044525225") == "044525225"
    assert check_bic("004525988") == "004525988"
    refused("bic_prefix", lambda: check_bic("144525225"))
    refused("bic_zeros", lambda: check_bic("000000000"))
    refused("bic_length", lambda: check_bic("04452522"))


def test_a_budget_account_is_named_for_a_warning() -> None:
    assert is_budget_account("03100643000000017300")
    assert not is_budget_account("40702810138250123017")


@given(st.sampled_from(ACCOUNTS), st.integers(0, 19), st.sampled_from("0123456789"))
def test_one_wrong_digit_in_an_account_never_passes(known: tuple[str, str], place: int, digit: str) -> None:
    account, bic = known
    wrong = account[:place] + digit + account[place + 1 :]
    if wrong != account:
        refused("account_checksum", lambda: check_account(wrong, bic=bic))
