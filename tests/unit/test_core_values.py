"""Money, references, links, keys and state machines."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from services.core.crypto import KeyRing, KeyRingError, UnreadableError
from services.core.errors import InvalidError, NotFoundError
from services.core.money import CurrencyMismatchError, Money, exponent, from_stripe, to_stripe
from services.core.references import (
    ALPHABET,
    _check_index,
    check_link,
    link_token,
    new_reference,
    parse_reference,
)
from services.core.states import Machine

RING = KeyRing.from_text(KeyRing.generate_text("one"))


def test_two_currencies_never_mix() -> None:
    with pytest.raises(CurrencyMismatchError):
        Money(1, "RUB") + Money(1, "EUR")
    with pytest.raises(CurrencyMismatchError):
        assert Money(1, "RUB") < Money(1, "EUR")


@pytest.mark.parametrize("minor", [1.0, True, "1"])
def test_money_takes_whole_minor_units_only(minor: object) -> None:
    with pytest.raises(TypeError):
        Money(minor, "RUB")  # type: ignore[arg-type]


def test_exponents_follow_the_currency_and_stripes_exceptions() -> None:
    assert [exponent(code) for code in ("RUB", "EUR", "JPY", "KWD")] == [2, 2, 0, 3]
    assert to_stripe(Money(549_000, "RUB")) == 549_000
    assert to_stripe(Money(500, "ISK")) == 50_000
    assert from_stripe(50_000, "isk") == Money(500, "ISK")
    with pytest.raises(ValueError, match="end in 0"):
        to_stripe(Money(1_001, "KWD"))


def test_a_reference_reads_back_however_it_is_typed() -> None:
    reference = new_reference("S")
    assert parse_reference(reference.lower().replace("-", " "), "S") == reference


REFERENCES = (
    st.text(ALPHABET, min_size=7, max_size=7)
    .filter(lambda body: _check_index(body) < len(ALPHABET))
    .map(lambda body: body + ALPHABET[_check_index(body)])
)


@given(REFERENCES, st.integers(0, 7), st.integers(1, len(ALPHABET) - 1))
def test_every_single_wrong_sign_is_noticed(signs: str, place: int, shift: int) -> None:
    parse_reference("O" + signs, "O")
    wrong = ALPHABET[(ALPHABET.index(signs[place]) + shift) % len(ALPHABET)]
    with pytest.raises(InvalidError):
        parse_reference("O" + signs[:place] + wrong + signs[place + 1 :], "O")


@given(REFERENCES, st.integers(0, 6))
def test_every_swap_of_two_neighbours_is_noticed(signs: str, place: int) -> None:
    first, second = signs[place], signs[place + 1]
    assume(first != second)
    with pytest.raises(InvalidError):
        parse_reference("O" + signs[:place] + second + first + signs[place + 2 :], "O")


@pytest.mark.parametrize("text", ["", "S", "O-2222-2222-2", "S-OOOO-0000", "А-2222-2222", "\0"])
def test_what_is_no_reference_is_refused(text: str) -> None:
    with pytest.raises(InvalidError):
        parse_reference(text, "S")


def test_a_link_opens_one_thing_in_one_version_only() -> None:
    token = link_token(RING, "s", "S-7Q4M-2XKD", 1)
    check_link(RING, "s", "S-7Q4M-2XKD", 1, token)
    for kind, reference, version in (
        ("o", "S-7Q4M-2XKD", 1),
        ("s", "S-7Q4M-2XKE", 1),
        ("s", "S-7Q4M-2XKD", 2),
    ):
        with pytest.raises(NotFoundError):
            check_link(RING, kind, reference, version, token)


@pytest.mark.parametrize("token", ["", "a", "я", "A" * 22, "A" * 2_000, "====", "a/b"])
def test_a_guessed_token_looks_like_a_missing_page(token: str) -> None:
    with pytest.raises(NotFoundError):
        check_link(RING, "s", "S-7Q4M-2XKD", 1, token)


def test_an_older_key_still_opens_links_and_fields() -> None:
    newer = KeyRing((*KeyRing.from_text(KeyRing.generate_text("two")).keys, *RING.keys))
    check_link(newer, "s", "S-1", 1, link_token(RING, "s", "S-1", 1))
    assert newer.decrypt(RING.encrypt("Приём".encode())) == "Приём".encode()
    assert RING.encrypt(b"x") != RING.encrypt(b"x")


def test_a_removed_key_or_an_altered_value_is_unreadable() -> None:
    sealed = RING.encrypt(b"secret")
    with pytest.raises(UnreadableError):
        KeyRing.from_text(KeyRing.generate_text("one")).decrypt(sealed)
    with pytest.raises(UnreadableError):
        RING.decrypt(sealed[:-1] + bytes([sealed[-1] ^ 1]))
    with pytest.raises(UnreadableError):
        RING.decrypt(b"")


@pytest.mark.parametrize("text", ["", ",", "a", "a:", "a:AAAA", "a b:" + "A" * 43 + "=", "ключ"])
def test_a_broken_key_list_is_named_and_never_shown(text: str) -> None:
    with pytest.raises(KeyRingError) as caught:
        KeyRing.from_text(text)
    assert "AAAA" not in str(caught.value)


def test_a_machine_knows_its_states() -> None:
    machine = Machine("thing", {"open": (("new",), "open"), "close": (("open", "new"), "closed")})
    assert machine.states == {"new", "open", "closed"}
    assert machine.allows("new", "close")
    assert not machine.allows("closed", "open")
