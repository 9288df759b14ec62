"""Keys: the first of the ring encrypts and signs, all decrypt and check.

AES-256-GCM with a random 96-bit nonce for fields; HMAC-SHA-256 for links and codes, with
a key derived per purpose so that a value made for one purpose is worthless for another.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE = 12
_KEY = 32


class KeyRingError(ValueError):
    """The list of keys can't be read; the message never holds a key."""


class UnreadableError(ValueError):
    """A stored value was made with a key that is no longer in the ring, or was altered."""


@dataclass(frozen=True)
class KeyRing:
    """Named 256-bit keys in order; written `id:base64,id:base64` in `PRIYOM_KEYS`."""

    keys: tuple[tuple[str, bytes], ...] = field(repr=False)

    @classmethod
    def from_text(cls, text: str) -> KeyRing:
        """Read `id:base64,…`; raises KeyRingError on an empty, doubled, short or broken entry."""
        keys: list[tuple[str, bytes]] = []
        for entry in filter(None, (part.strip() for part in text.split(","))):
            name, _, encoded = entry.partition(":")
            try:
                key = base64.b64decode(encoded, validate=True)
            except ValueError as error:
                message = f"key {name!r} is not base64"
                raise KeyRingError(message) from error
            if len(key) != _KEY or not name.isalnum() or name in dict(keys):
                message = f"key {name!r} needs a unique short name and 32 bytes"
                raise KeyRingError(message)
            keys.append((name, key))
        if not keys:
            message = "no key at all"
            raise KeyRingError(message)
        return cls(tuple(keys))

    @classmethod
    def generate_text(cls, name: str = "k1") -> str:
        """A fresh ring of one random key, in the written form."""
        return f"{name}:{base64.b64encode(secrets.token_bytes(_KEY)).decode()}"

    def encrypt(self, plain: bytes) -> bytes:
        """Seal `plain` with the first key; the result names the key: `id` `:` nonce + cipher."""
        name, key = self.keys[0]
        nonce = secrets.token_bytes(_NONCE)
        return name.encode() + b":" + nonce + AESGCM(key).encrypt(nonce, plain, name.encode())

    def decrypt(self, sealed: bytes) -> bytes:
        """Open what `encrypt` sealed with any key of the ring; raises UnreadableError."""
        name, _, rest = sealed.partition(b":")
        key = dict(self.keys).get(name.decode("ascii", "replace"))
        if key is None:
            message = "sealed with a key that is not in the ring"
            raise UnreadableError(message)
        try:
            return AESGCM(key).decrypt(rest[:_NONCE], rest[_NONCE:], name)
        except InvalidTag as error:
            message = "altered or sealed with another key"
            raise UnreadableError(message) from error

    def mac(self, purpose: str, *parts: str) -> bytes:
        """HMAC-SHA-256 (32 bytes) over `parts` under the first key, bound to `purpose`."""
        return _mac(self.keys[0][1], purpose, parts)

    def check(self, purpose: str, parts: tuple[str, ...], mac: bytes) -> bool:
        """Whether `mac` (or its leading bytes, at least 16) was made by any key of the ring."""
        if len(mac) < 16:
            return False
        return any(hmac.compare_digest(_mac(key, purpose, parts)[: len(mac)], mac) for _, key in self.keys)


def _mac(key: bytes, purpose: str, parts: tuple[str, ...]) -> bytes:
    derived = hmac.digest(key, b"purpose:" + purpose.encode(), hashlib.sha256)
    # Each part is preceded by its length, so that ("ab", "c") and ("a", "bc") differ.
    message = b"".join(len(raw).to_bytes(4, "big") + raw for raw in (part.encode() for part in parts))
    return hmac.digest(derived, message, hashlib.sha256)
