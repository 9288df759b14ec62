"""Readable references with a check character, and the secret links derived from them.

The alphabet leaves out what looks or sounds alike (0 O, 1 I L, 5 S, U): 28 signs. The
check character is a weighted sum modulo 29, a prime: it catches every single wrong sign
and every swap of two neighbours. References whose sum would need a 29th sign are not
issued.
"""

from __future__ import annotations

import base64
import secrets
from typing import TYPE_CHECKING

from services.core.errors import InvalidError, NotFoundError

if TYPE_CHECKING:
    from services.core.crypto import KeyRing

ALPHABET = "2346789ABCDEFGHJKMNPQRTWXYZV"
_PRIME = 29
_BODY = 7
_LINK_BYTES = 16


def _check_index(body: str) -> int:
    total = sum((place + 2) * ALPHABET.index(sign) for place, sign in enumerate(body))
    return total % _PRIME


def new_reference(prefix: str) -> str:
    """A fresh random reference such as `S-7Q4M-2XKD` (28**7 of them for a prefix)."""
    while True:
        drawn, body = secrets.randbelow(len(ALPHABET) ** _BODY), ""
        for _place in range(_BODY):
            drawn, sign = divmod(drawn, len(ALPHABET))
            body += ALPHABET[sign]
        check = _check_index(body)
        if check < len(ALPHABET):
            signs = body + ALPHABET[check]
            return f"{prefix}-{signs[:4]}-{signs[4:]}"


def parse_reference(text: str, prefix: str) -> str:
    """Bring a typed reference (any case, with or without hyphens) to its one form.

    Raises InvalidError with code `reference` if it can't be one of ours.
    """
    signs = "".join(sign for sign in text.upper() if sign.isalnum())
    body = signs.removeprefix(prefix)
    if (
        not signs.startswith(prefix)
        or len(body) != _BODY + 1
        or any(sign not in ALPHABET for sign in body)
        or ALPHABET[_check_index(body[:_BODY]) % len(ALPHABET)] != body[_BODY]
        or _check_index(body[:_BODY]) >= len(ALPHABET)
    ):
        raise InvalidError("reference")
    return f"{prefix}-{body[:4]}-{body[4:]}"


def link_token(keys: KeyRing, kind: str, reference: str, version: int) -> str:
    """The secret part of a link: 128 bits of HMAC over (kind, reference, version), 22 signs."""
    mac = keys.mac("link", kind, reference, str(version))[:_LINK_BYTES]
    return _written(mac)


def _written(mac: bytes) -> str:
    return base64.urlsafe_b64encode(mac).rstrip(b"=").decode()


def check_link(keys: KeyRing, kind: str, reference: str, version: int, token: str) -> None:
    """Pass silently if `token` opens this thing; else NotFoundError, as if it didn't exist."""
    try:
        mac = base64.urlsafe_b64decode(token.encode("ascii") + b"==")
    except ValueError as error:
        raise NotFoundError(kind=kind) from error
    # Decoding passes over signs that don't belong there: a link has one address.
    if (
        _written(mac) != token
        or len(mac) != _LINK_BYTES
        or not keys.check("link", (kind, reference, str(version)), mac)
    ):
        raise NotFoundError(kind=kind)
