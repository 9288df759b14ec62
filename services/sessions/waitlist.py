"""What the vendor decides about the waitlist: one stored setting, with defaults."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from services.core.vendor import find_setting, store_setting

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

_KEY: Final = "waitlist"


@dataclass(frozen=True)
class WaitlistRules:
    """How times are offered; hours are those of the customer's clock, `until_hour` is past the last."""

    offer_minutes: int = 60
    """How long an offered time is kept."""
    most_passes: int = 3
    """After so many offers that ran out nobody waits any longer."""
    wishes_an_address: int = 2
    """How many wishes of one e-mail address wait at once."""
    from_hour: int = 8
    until_hour: int = 21
    kept_days: int = 30
    """How long name and address are kept after a wish has ended."""

    @property
    def offer_length(self) -> timedelta:
        """How long an offered time is kept."""
        return timedelta(minutes=self.offer_minutes)

    def is_awake(self, zone: str, *, now: datetime) -> bool:
        """Whether somebody in `zone` (IANA) may be written to with a limit of an hour."""
        return self.from_hour <= now.astimezone(ZoneInfo(zone)).hour < self.until_hour


def waitlist_rules(db: Session) -> WaitlistRules:
    """Give the rules in force."""
    return WaitlistRules(**(find_setting(db, key=_KEY) or {}))


def edit_waitlist_rules(db: Session, *, rules: WaitlistRules, actor: str, now: datetime) -> None:
    """Replace the rules; what is offered already stays."""
    before = asdict(waitlist_rules(db))
    store_setting(db, key=_KEY, value=asdict(rules), actor=actor, before=before, now=now)
