"""The payment code of ГОСТ Р 56042-2014: a bank's application reads it and fills in the payment.

The payload is bytes: with text a QR encoder may choose an encoding that no bank reads.
"""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Final

import segno

if TYPE_CHECKING:
    from collections.abc import Iterable

    from billing.invoices.content import Bank, Party

_NAME, _BANK_NAME, _PURPOSE = 160, 45, 160
_REQUIRED_BYTES: Final = 300
_LONG_FORMS: Final = (
    (r"общество с ограниченной ответственностью", "ООО"),
    (r"публичное акционерное общество", "ПАО"),
    (r"закрытое акционерное общество", "ЗАО"),
    (r"акционерное общество", "АО"),
    (r"индивидуальный предприниматель", "ИП"),
)
_QUIET_ZONE = 4


def payment_code(*, payee: Party, bank: Bank, purpose: str, minor: int) -> str:
    """The payload for `minor` kopecks to `payee`; empty where the account is no Russian one.

    Keys stand in the standard's order. The required block is kept within 300 bytes: the legal form
    is abbreviated, then UTF-8 gives way to windows-1251, then the name is cut.
    """
    if not bank.bic:
        return ""
    required = [
        ("Name", _plain(payee.name)),
        ("PersonalAcc", bank.account),
        ("BankName", _plain(bank.name)[:_BANK_NAME]),
        ("BIC", bank.bic),
        ("CorrespAcc", bank.corr_account or "0"),
    ]
    more = [
        ("Sum", str(minor)),
        ("Purpose", _plain(purpose)[:_PURPOSE]),
        ("PayeeINN", payee.inn),
        ("KPP", payee.kpp),
    ]
    encoding = "utf-8"
    if _size(required, encoding) > _REQUIRED_BYTES or len(required[0][1]) > _NAME:
        required[0] = ("Name", _abbreviated(required[0][1])[:_NAME])
    if _size(required, encoding) > _REQUIRED_BYTES and _fits(required + more, "cp1251"):
        encoding = "cp1251"
    while _size(required, encoding) > _REQUIRED_BYTES:
        required[0] = ("Name", required[0][1][:-1])
    digit = "2" if encoding == "utf-8" else "1"
    return f"ST0001{digit}|" + _joined(pair for pair in required + more if pair[1])


def code_bytes(payload: str) -> bytes:
    """The payload in the encoding that it names."""
    return payload.encode("cp1251" if payload.startswith("ST00011") else "utf-8")


def code_picture(payload: str) -> str:
    """The code as SVG, level M with its quiet zone."""
    code = segno.make(code_bytes(payload), error="m", micro=False)
    out = io.BytesIO()
    code.save(out, kind="svg", border=_QUIET_ZONE, dark="#000", light="#fff", xmldecl=False, omitsize=True)
    return out.getvalue().decode()


def _plain(text: str) -> str:
    """Without the separator and control characters: the standard knows no escaping."""
    return " ".join(re.sub(r"[|\x00-\x1f\x7f]", " ", text).split())


def _abbreviated(name: str) -> str:
    for form, short in _LONG_FORMS:
        name = re.sub(form, short, name, flags=re.IGNORECASE)
    return name


def _joined(pairs: Iterable[tuple[str, str]]) -> str:
    return "|".join(f"{key}={value}" for key, value in pairs)


def _size(pairs: Iterable[tuple[str, str]], encoding: str) -> int:
    return len(f"ST00012|{_joined(pairs)}".encode(encoding, errors="replace"))


def _fits(pairs: Iterable[tuple[str, str]], encoding: str) -> bool:
    try:
        _joined(pairs).encode(encoding)
    except UnicodeEncodeError:
        return False
    return True
