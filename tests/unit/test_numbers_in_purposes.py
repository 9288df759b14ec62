"""Invoice numbers are found as payers write them, and never inside of longer ones."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.bank.numbers import Numbers, normalise

KNOWN = {"2027-000045": 1, "2027-000046": 2, "АП-2027-7": 3, "5/2027": 4, "2027000099": 5}


def find(purpose: str) -> list[int]:
    return Numbers(KNOWN.items()).find(purpose)


@pytest.mark.parametrize(
    "purpose",
    [
        "Оплата по счету № 2027-000045 от 18.01.2027. В т.ч. НДС 22% 1980-00 руб.",
        "оплата по сч.№2027-000045",
        "Oplata po schetu N2027-000045",
        "No 2027-000045",
        "Счёт №2027–000045 (тире)",
        "счет 2027/000045, НДС не облагается",
        "счет 2027 000045 от 18.01.27",
        "счет 2027 - 000045",
        "счет - 2027-000045",
        "счет 2027000045",
        "СЧЕТ\n№\u00a02027-000045;",
        "(2027-000045)",
    ],
)
def test_a_number_is_found_however_it_was_retyped(purpose: str) -> None:
    assert find(purpose) == [1]


@pytest.mark.parametrize(
    "purpose",
    [
        "счет 12027-000045",
        "счет 2027-0000451",
        "счет 2027-000045-1",
        "счет 1-2027-000045",
        "счет А2027-000045",
        "договор 3.2027-000045",
        "счет 2027-000045.1",
        "счет 2027-00045",
        "счета за 2027 год, 45",
        "2027, 000045",
        "25.5.2027",
        "",
    ],
)
def test_a_number_is_not_found_within_a_longer_or_another_one(purpose: str) -> None:
    assert find(purpose) == []


def test_letters_of_a_prefix_may_be_of_either_alphabet() -> None:
    assert find("по счету AП-2027-7") == [3]
    assert find("по счету ап 2027 7") == [3]


def test_several_numbers_are_found_in_their_order_and_each_once() -> None:
    assert find("счета №№ 2027-000046, 2027-000045,2027-000099 и 2027-000046") == [2, 1, 5]


def test_look_alikes_and_signs_come_to_one_form() -> None:
    assert normalise("  Счёт  №  AB—12 / ёж ") == "СЧЕТ АВ-12 - ЕЖ"


@given(st.text(max_size=80), st.text(max_size=80))
def test_any_text_around_a_number_parted_by_blanks_leaves_it_to_be_found(before: str, after: str) -> None:
    # Numbers beside it would make it a longer one.
    clean = "".join(sign for sign in before if not sign.isalnum() and sign not in "-–—_/\\‐‑‒―−")
    rest = "".join(sign for sign in after if not sign.isalnum() and sign not in "-–—_/\\‐‑‒―−")
    assert 1 in find(f"{clean} счет 2027-000045 руб {rest}")


@given(st.text(alphabet="0123456789ABАВ", min_size=1, max_size=4), st.sampled_from(["before", "after"]))
def test_signs_stuck_to_a_number_make_it_another(stuck: str, side: str) -> None:
    number = f"{stuck}2027-000045" if side == "before" else f"2027-000045{stuck}"
    assert 1 not in find(f"счет {number} от")
