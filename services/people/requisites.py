"""Russian company details: format and check digits, as the registers and the central bank set them.

Pasted spaces, no-break spaces and hyphens are taken out first. A check digit says that a
number was typed right, never that it exists. Formats: ФНС (ИНН, КПП, ОГРН), Положение Банка
России 579-П and its rules for account keys (БИК, accounts).
"""

from __future__ import annotations

import re
from typing import Literal

from services.core.errors import InvalidError

Holder = Literal["any", "organisation", "person"]

_INN = (2, 4, 10, 3, 5, 9, 4, 6, 8)
_INN_11 = (7, *_INN)
_INN_12 = (3, *_INN_11)
_INN_LENGTHS: dict[Holder, tuple[int, ...]] = {
    "any": (10, 12),
    "organisation": (10,),
    "person": (12,),
}
_ORGANISATION_INN = 10
_OGRN, _OGRNIP = 13, 15
_BIC, _ACCOUNT = 9, 20
_SEPARATORS = re.compile(r"[\s\u00a0\u2007\u202f\-\u2010-\u2014\u2212]+")
_KPP = re.compile(r"[0-9]{4}[0-9A-Z]{2}[0-9]{3}")
_BUDGET_PREFIXES = ("03", "40102")


class RequisiteError(InvalidError):
    """A company detail is mistyped.

    Codes are `<what>_<why>`: `inn`, `kpp`, `ogrn`, `bic`, `account`, `corr_account` with
    `digits` (something else than digits), `length`, `zeros`, `prefix`, `format` or `checksum`.
    """


def clean(text: str) -> str:
    """`text` in capitals, without the blanks and hyphens that come along when it is pasted."""
    return _SEPARATORS.sub("", text).upper()


def check_inn(text: str, *, holder: Holder = "any", field: str = "inn") -> str:
    """The ИНН as bare digits: 10 for an organisation, 12 for a person or sole trader.

    Raises RequisiteError: `inn_digits`, `inn_length`, `inn_zeros`, `inn_checksum`.
    """
    number = _digits(text, "inn", _INN_LENGTHS[holder], field)
    if number.startswith("00"):
        raise RequisiteError("inn_zeros", field=field)
    if len(number) == _ORGANISATION_INN:
        right = _key(number, _INN) == number[9]
    else:
        right = _key(number, _INN_11) == number[10] and _key(number, _INN_12) == number[11]
    if not right:
        raise RequisiteError("inn_checksum", field=field)
    return number


def check_kpp(text: str, *, field: str = "kpp") -> str:
    """The КПП: four digits, two digits or capital Latin letters, three digits.

    Raises RequisiteError: `kpp_format`, `kpp_zeros`.
    """
    code = clean(text)
    if not _KPP.fullmatch(code):
        raise RequisiteError("kpp_format", field=field)
    if code.startswith("00"):
        raise RequisiteError("kpp_zeros", field=field)
    return code


def check_ogrn(text: str, *, holder: Holder = "any", field: str = "ogrn") -> str:
    """The ОГРН (13 digits) or ОГРНИП (15 digits, starts with 3).

    Raises RequisiteError: `ogrn_digits`, `ogrn_length`, `ogrn_zeros`, `ogrn_prefix`,
    `ogrn_checksum`.
    """
    lengths: dict[Holder, tuple[int, ...]] = {
        "any": (_OGRN, _OGRNIP),
        "organisation": (_OGRN,),
        "person": (_OGRNIP,),
    }
    number = _digits(text, "ogrn", lengths[holder], field)
    if number[0] == "0":
        raise RequisiteError("ogrn_zeros", field=field)
    if len(number) == _OGRNIP and number[0] != "3":
        raise RequisiteError("ogrn_prefix", field=field)
    # The control is the last digit of the remainder: for sole traders it may be 10 to 12.
    divisor = len(number) - 2
    if int(number[:-1]) % divisor % 10 != int(number[-1]):
        raise RequisiteError("ogrn_checksum", field=field)
    return number


def check_bic(text: str, *, field: str = "bic") -> str:
    """The БИК: nine digits that start with 04 (banks) or 00, 01 (the treasury).

    Raises RequisiteError: `bic_digits`, `bic_length`, `bic_zeros`, `bic_prefix`.
    """
    number = _digits(text, "bic", (_BIC,), field)
    if not number.strip("0"):
        raise RequisiteError("bic_zeros", field=field)
    if number[:2] not in {"04", "00", "01"}:
        raise RequisiteError("bic_prefix", field=field)
    return number


def check_account(text: str, *, bic: str, field: str = "account") -> str:
    """The settlement account of a customer of the bank `bic` (checked before): 20 digits.

    Raises RequisiteError: `account_digits`, `account_length`, `account_zeros`,
    `account_checksum` (the number or the bank is mistyped).
    """
    number = _digits(text, "account", (_ACCOUNT,), field)
    if not number.strip("0"):
        raise RequisiteError("account_zeros", field=field)
    if not _account_key(bic[-3:] + number):
        raise RequisiteError("account_checksum", field=field)
    return number


def check_corr_account(text: str, *, bic: str, field: str = "corr_account") -> str:
    """The correspondent account of the bank `bic` (checked before): 20 digits.

    A treasury's single account (40102…) follows the same key. Raises RequisiteError:
    `corr_account_digits`, `corr_account_length`, `corr_account_zeros`,
    `corr_account_prefix` (neither 301… ending like the БИК nor 40102…),
    `corr_account_checksum`.
    """
    number = _digits(text, "corr_account", (_ACCOUNT,), field)
    if not number.strip("0"):
        raise RequisiteError("corr_account_zeros", field=field)
    of_bank = number.startswith("301") and number[-3:] == bic[-3:]
    if not of_bank and not number.startswith("40102"):
        raise RequisiteError("corr_account_prefix", field=field)
    if not _account_key(f"0{bic[4:6]}{number}"):
        raise RequisiteError("corr_account_checksum", field=field)
    return number


def is_budget_account(account: str) -> bool:
    """Whether a checked account is of a budget payer: worth a warning, never a refusal."""
    return account.startswith(_BUDGET_PREFIXES)


def _digits(text: str, what: str, lengths: tuple[int, ...], field: str) -> str:
    number = clean(text)
    if not (number.isascii() and number.isdigit()):
        raise RequisiteError(f"{what}_digits", field=field)
    if len(number) not in lengths:
        raise RequisiteError(f"{what}_length", field=field, lengths=lengths, length=len(number))
    return number


def _key(number: str, weights: tuple[int, ...]) -> str:
    total = sum(weight * int(digit) for weight, digit in zip(weights, number, strict=False))
    return str(total % 11 % 10)


def _account_key(number: str) -> bool:
    weights = (7, 1, 3) * 8
    total = sum(weight * int(digit) % 10 for weight, digit in zip(weights, number, strict=False))
    return total % 10 == 0
