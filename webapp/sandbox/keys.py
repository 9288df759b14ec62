"""Keys of the sandbox: made at its first start, kept in its folder, never part of the source."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Account:
    """One merchant account: who holds the key sees this account's things in this mode only."""

    account: str
    secret_key: str
    livemode: bool = False


@dataclass(frozen=True)
class Keys:
    """What the shop must know to talk to the sandbox and to believe its webhooks."""

    account: str
    secret_key: str
    webhook_secret: str


def keys_in(folder: Path) -> Keys:
    """Read the keys in `folder`, or make them there, readable for the owner alone."""
    file = folder / "keys.json"
    if file.exists():
        return Keys(**json.loads(file.read_text("utf-8")))
    folder.mkdir(parents=True, exist_ok=True)
    keys = Keys(
        account="acct_" + secrets.token_hex(8),
        secret_key="sk_test_" + secrets.token_hex(24),
        webhook_secret="whsec_" + secrets.token_hex(24),
    )
    aside = folder / f".keys-{secrets.token_hex(4)}"
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        json.dump(asdict(keys), stream)
    try:
        # A link, not a rename: of two processes that start at once the second reads the first's keys.
        file.hardlink_to(aside)
    except FileExistsError:
        return Keys(**json.loads(file.read_text("utf-8")))
    finally:
        aside.unlink()
    return keys
