"""Passwords: argon2id, in the form in which flask-security reads them."""

from __future__ import annotations

import secrets
import unicodedata
from typing import Any

from argon2 import PasswordHasher

FULL_COST: dict[str, int] = {}
"""The library's own parameters: 64 MiB, 3 rounds, 4 lanes."""
TEST_COST = {"argon2__memory_cost": 64, "argon2__time_cost": 1, "argon2__parallelism": 1}
"""For tests only: the same algorithm, a thousand times cheaper."""
LEAST_LENGTH = 10

# Letters and figures that nobody mistakes for each other when reading them from a screen.
_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"


def hashed(password: str, *, cost: dict[str, int] | None = None) -> str:
    """The argon2id hash of `password`, normalised as flask-security does when it verifies."""
    # Flask-security's library writes `argon2__` before the names of the parameters.
    chosen: dict[str, Any] = {
        name.removeprefix("argon2__"): value for name, value in (cost or FULL_COST).items()
    }
    return PasswordHasher(**chosen).hash(unicodedata.normalize("NFKD", password))


def readable_password() -> str:
    """A fresh password of 60 bits in three groups, to be read from a screen and typed once."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(3))
