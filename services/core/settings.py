"""What the services need from the environment: secrets and addresses of servers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pathlib import Path

    from services.core.crypto import KeyRing

Environment = Literal["demo", "production"]


@dataclass(frozen=True)
class CoreSettings:
    """Frozen settings of one process; what the vendor edits stands in the database instead."""

    environment: Environment
    public_url: str
    """Scheme and host of the installation, without a slash at the end."""
    data_dir: Path
    keys: KeyRing = field(repr=False)
    mail_from: str
    """Address that mails come from and answers go to; a mailbox that is read."""
    templates_dir: Path
    translations_dir: Path
    smtp_url: str | None = field(default=None, repr=False)
    clamd: str | None = None
    """Address of a virus scanner (`unix:/path` or `tcp://host:port`); None: files are not scanned."""

    @property
    def is_demo(self) -> bool:
        """Whether this is a demonstration: mail leaves only for `.example` addresses."""
        return self.environment == "demo"
