"""Dates, amounts and currencies as banks write them; each refusal says on which line."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from billing.bank.errors import StatementError
from services.core.money import exponent

_BLANKS: Final = re.compile(r"[ \u00a0\u202f]")
# Thirteen digits are ten trillion: what is longer is no money, and wouldn't fit the table.
_AMOUNT: Final = re.compile(r"(-?)([0-9]{1,13})(?:[.,]([0-9]*))?", re.ASCII)
_RUSSIAN_DATE: Final = re.compile(r"([0-9]{2})\.([0-9]{2})\.([0-9]{4})", re.ASCII)
_ISO_DATE: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:T.*|Z|[+-][0-9:]+)?", re.ASCII)
# Signs 6–8 of a Russian account (ОКВ); rubles kept 810 within account numbers.
_CURRENCIES: Final = {
    "810": "RUB",
    "643": "RUB",
    "156": "CNY",
    "356": "INR",
    "398": "KZT",
    "756": "CHF",
    "784": "AED",
    "826": "GBP",
    "840": "USD",
    "933": "BYN",
    "949": "TRY",
    "978": "EUR",
}


def read_minor(text: str, currency: str, *, line: int, signed: bool = False) -> int:
    """Minor units of an amount with a point or a comma, blanks between thousands allowed.

    Not above zero is refused unless `signed`. Raises StatementError: `statement_amount`.
    """
    found = _AMOUNT.fullmatch(_BLANKS.sub("", text.strip()))
    if not found:
        raise StatementError("statement_amount", line=line, value=text)
    sign, whole, part = found[1], found[2], found[3] or ""
    digits = exponent(currency)
    if part[digits:].strip("0"):
        raise StatementError("statement_amount", line=line, value=text)
    minor = int(whole + part[:digits].ljust(digits, "0"))
    if not signed and (sign or not minor):
        raise StatementError("statement_amount", line=line, value=text)
    return -minor if sign else minor


def read_date(text: str, *, line: int) -> date:
    """A date written dd.mm.yyyy; raises StatementError: `statement_date`."""
    found = _RUSSIAN_DATE.fullmatch(text.strip())
    if not found:
        raise StatementError("statement_date", line=line, value=text)
    return make_date(int(found[3]), int(found[2]), int(found[1]), text=text, line=line)


def make_date(year: int, month: int, day: int, *, text: str, line: int) -> date:
    """The date of these numbers, if there is one in this or the last century; `text` is what was read."""
    try:
        made = date(year, month, day)
    except ValueError:
        raise StatementError("statement_date", line=line, value=text) from None
    if not 1990 <= year <= 2199:
        raise StatementError("statement_date", line=line, value=text)
    return made


def check_currency(text: str, *, line: int) -> str:
    """An ISO 4217 code as it stands; raises StatementError: `statement_currency`."""
    code = text.strip()
    if not re.fullmatch(r"[A-Z]{3}", code):
        raise StatementError("statement_currency", line=line, value=text)
    return code


def currency_of_account(account: str) -> str:
    """The currency that a Russian account of 20 digits is kept in; rubles where it doesn't say."""
    return _CURRENCIES.get(account[5:8], "RUB") if len(account) == 20 else "RUB"


def read_iso_date(text: str, *, line: int) -> date:
    """A date of ISO 8601, or the date of a moment as the bank wrote it; raises `statement_date`."""
    found = _ISO_DATE.fullmatch(text.strip())
    if not found:
        raise StatementError("statement_date", line=line, value=text)
    return make_date(int(found[1]), int(found[2]), int(found[3]), text=text, line=line)
