"""What billing needs from the environment: the payment provider's keys and address."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@dataclass(frozen=True)
class ProviderSettings:
    """Access to the card provider; `api_base` is given only for the sandbox and for tests."""

    secret_key: str = field(repr=False)
    webhook_secrets: tuple[str, ...] = field(repr=False)
    """Newest first; several while they are being exchanged."""
    livemode: bool
    api_base: str | None = None


@dataclass(frozen=True)
class BillingSettings:
    """Frozen settings of the billing layer; without a provider nobody can pay by card."""

    provider: ProviderSettings | None = None


def billing_of(db: Session) -> BillingSettings:
    """The settings that the edge gave to this session."""
    return cast("BillingSettings", db.info["billing"])
